-- engines: postgres
ALTER TABLE a ALTER COLUMN c TYPE text;
