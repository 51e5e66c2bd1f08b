-- engines: postgres:14.3
REINDEX TABLE CONCURRENTLY users;
