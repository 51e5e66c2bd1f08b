-- Going back to a savepoint ends nothing.
BEGIN;
SAVEPOINT a;
ROLLBACK TO a;
COMMIT;
