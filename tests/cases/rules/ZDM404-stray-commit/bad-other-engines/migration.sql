-- engines: mariadb,mysql,sqlite
COMMIT;
