-- engines: postgres
ALTER TABLE a ALTER COLUMN c SET DEFAULT 1;
