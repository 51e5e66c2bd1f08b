-- engines: postgres
SET lock_timeout = '2s';
BEGIN;
ALTER TABLE users ADD COLUMN a text;
COMMIT;
