-- engines: postgres
SET lock_timeout = '2s';
CREATE TABLE app.copy AS SELECT * FROM app.notes;
ALTER TABLE app.copy DROP COLUMN body;
