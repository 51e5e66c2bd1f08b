-- engines: postgres
SET lock_timeout = '2s';
BEGIN;
ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT adult;
COMMIT;
