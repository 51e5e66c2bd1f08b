-- Behind the transaction.
BEGIN;
UPDATE users SET name = 'x' WHERE id = 1;
COMMIT;
VACUUM users;
