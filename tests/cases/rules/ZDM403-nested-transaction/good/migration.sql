-- One after the other.
BEGIN;
COMMIT;
BEGIN;
COMMIT;
