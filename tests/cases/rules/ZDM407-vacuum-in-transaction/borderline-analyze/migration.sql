-- ANALYZE is allowed there.
BEGIN;
ANALYZE users;
COMMIT;
