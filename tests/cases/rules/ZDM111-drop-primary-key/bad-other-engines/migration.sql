-- engines: mariadb,mysql
ALTER TABLE users DROP PRIMARY KEY;
