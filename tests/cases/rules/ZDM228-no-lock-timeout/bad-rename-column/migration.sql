-- engines: postgres
ALTER TABLE a RENAME COLUMN c TO d;
