-- engines: postgres
ALTER TABLE a DROP CONSTRAINT k;
