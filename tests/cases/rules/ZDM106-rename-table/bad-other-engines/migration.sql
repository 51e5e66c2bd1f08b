-- engines: mariadb,mysql,sqlite
ALTER TABLE users RENAME TO people;
