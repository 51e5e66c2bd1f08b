-- engines: postgres
DROP INDEX i;
