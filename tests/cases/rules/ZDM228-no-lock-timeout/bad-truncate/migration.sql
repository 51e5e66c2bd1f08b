-- engines: postgres
TRUNCATE a;
