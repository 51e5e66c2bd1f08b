-- engines: postgres
CREATE INDEX i ON a (c);
