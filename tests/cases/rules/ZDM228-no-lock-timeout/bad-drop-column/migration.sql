-- engines: postgres
ALTER TABLE a DROP COLUMN c;
