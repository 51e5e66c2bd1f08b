-- engines: mariadb,mysql,sqlite
ALTER TABLE users DROP COLUMN name;
