-- A file of its own may.
BEGIN;
UPDATE users SET name = 'x' WHERE id = 1;
COMMIT;
