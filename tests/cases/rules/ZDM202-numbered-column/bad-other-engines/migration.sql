-- engines: mariadb,mysql
ALTER TABLE users ADD COLUMN number BIGINT AUTO_INCREMENT UNIQUE;
