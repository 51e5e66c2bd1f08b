-- engines: mariadb,mysql,sqlite
DROP TABLE IF EXISTS users;
CREATE TABLE users (id BIGINT PRIMARY KEY);
