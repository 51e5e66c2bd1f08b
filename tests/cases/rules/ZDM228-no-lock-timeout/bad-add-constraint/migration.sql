-- engines: postgres
ALTER TABLE a ADD CONSTRAINT k CHECK (c > 0) NOT VALID;
