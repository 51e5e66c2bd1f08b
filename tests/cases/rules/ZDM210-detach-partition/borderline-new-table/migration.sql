-- engines: postgres
CREATE TABLE app.days (day date NOT NULL) PARTITION BY RANGE (day);
ALTER TABLE app.days DETACH PARTITION app.monday;
