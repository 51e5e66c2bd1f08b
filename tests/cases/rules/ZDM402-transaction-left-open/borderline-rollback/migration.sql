-- Undone on purpose.
BEGIN;
UPDATE users SET name = 'x' WHERE id = 1;
ROLLBACK;
