-- engines: postgres
ALTER TABLE a RENAME TO b;
