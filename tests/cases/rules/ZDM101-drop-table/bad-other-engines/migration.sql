-- engines: mariadb,mysql,sqlite
DROP TABLE users;
