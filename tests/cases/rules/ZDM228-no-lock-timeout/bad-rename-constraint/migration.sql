-- engines: postgres
ALTER TABLE a RENAME CONSTRAINT k TO l;
