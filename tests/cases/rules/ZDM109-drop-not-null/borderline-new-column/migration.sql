-- engines: postgres
SET lock_timeout = '2s';
ALTER TABLE app.users ADD COLUMN code text NOT NULL DEFAULT '';
ALTER TABLE app.users ALTER COLUMN code DROP NOT NULL;
