-- engines: postgres
DROP TABLE a;
