-- engines: postgres
ALTER TABLE a ALTER COLUMN c DROP NOT NULL;
