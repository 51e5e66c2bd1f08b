-- Nothing was begun.
UPDATE users SET name = 'x' WHERE id = 1;
COMMIT;
