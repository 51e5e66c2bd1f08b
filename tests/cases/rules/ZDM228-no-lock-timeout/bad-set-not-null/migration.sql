-- engines: postgres
ALTER TABLE a ALTER COLUMN c SET NOT NULL;
