-- engines: postgres
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY users_a ON users (a);
