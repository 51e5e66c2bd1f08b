-- engines: postgres,sqlite
BEGIN;
VACUUM;
COMMIT;
