-- The second one is none.
BEGIN;
UPDATE users SET name = 'x' WHERE id = 1;
BEGIN;
COMMIT;
