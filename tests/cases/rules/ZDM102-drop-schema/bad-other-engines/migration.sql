-- engines: mariadb,mysql
DROP DATABASE old;
