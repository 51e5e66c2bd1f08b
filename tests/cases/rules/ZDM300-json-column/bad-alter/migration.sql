-- engines: postgres
SET lock_timeout = '2s';
ALTER TABLE users ALTER COLUMN doc TYPE json USING doc::json;
