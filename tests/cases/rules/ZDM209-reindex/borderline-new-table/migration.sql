-- engines: postgres
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
REINDEX TABLE app.notes;
