-- engines: postgres
CREATE TABLE app.days (day date NOT NULL) PARTITION BY RANGE (day);
ALTER TABLE app.days ATTACH PARTITION app.monday FOR VALUES FROM ('2024-01-01') TO ('2024-01-02');
