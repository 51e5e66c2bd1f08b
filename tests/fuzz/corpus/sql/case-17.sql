-- It undoes nothing.
UPDATE users SET name = 'x' WHERE id = 1;
ROLLBACK;
