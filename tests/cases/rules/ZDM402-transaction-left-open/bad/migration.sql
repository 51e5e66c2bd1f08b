-- Nothing of this stays.
BEGIN;
UPDATE users SET name = 'x' WHERE id = 1;
