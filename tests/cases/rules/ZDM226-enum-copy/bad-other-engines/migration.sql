-- engines: mariadb,mysql
ALTER TABLE users ADD COLUMN mood ENUM('a','b');
ALTER TABLE users MODIFY mood ENUM('b','a');
