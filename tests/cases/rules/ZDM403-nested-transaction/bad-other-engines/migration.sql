-- engines: mariadb,mysql,sqlite
BEGIN;
BEGIN;
COMMIT;
