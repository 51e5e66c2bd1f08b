-- engines: postgres
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
ALTER TABLE app.notes ADD COLUMN title text;
ALTER TABLE app.notes ADD COLUMN author bigint;
