-- engines: postgres
ALTER TABLE a DETACH PARTITION b;
