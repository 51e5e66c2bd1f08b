-- engines: postgres
CREATE TABLE app.copy AS SELECT * FROM app.notes;
ALTER TABLE app.copy ALTER COLUMN body SET DEFAULT '';
