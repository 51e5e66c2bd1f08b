-- engines: mariadb,mysql
ALTER TABLE users MODIFY name VARCHAR(80) NULL;
