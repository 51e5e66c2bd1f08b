-- engines: postgres
SET lock_timeout = '2s';
ALTER TABLE app.users ADD COLUMN IF NOT EXISTS number bigint;
