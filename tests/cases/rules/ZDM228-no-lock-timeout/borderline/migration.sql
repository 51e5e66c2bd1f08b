-- engines: postgres
CREATE INDEX CONCURRENTLY users_a ON users (a);
