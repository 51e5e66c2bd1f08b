-- engines: postgres
SET lock_timeout = '2s';
BEGIN;
SELECT 1;
COMMIT;
CREATE INDEX CONCURRENTLY users_name ON users (name);
