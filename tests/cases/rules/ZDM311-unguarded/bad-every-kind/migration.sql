-- engines: postgres
SET lock_timeout = '2s';
CREATE TABLE notes (id bigint PRIMARY KEY);
ALTER TABLE users DROP COLUMN name;
CREATE INDEX users_age ON users (age);
DROP INDEX users_name;
