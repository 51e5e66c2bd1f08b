-- The server refuses it.
BEGIN;
VACUUM users;
COMMIT;
