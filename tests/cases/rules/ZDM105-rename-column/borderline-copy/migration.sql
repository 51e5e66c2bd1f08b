-- engines: postgres
CREATE TABLE app.copy AS SELECT * FROM app.notes;
ALTER TABLE app.copy RENAME COLUMN body TO text;
