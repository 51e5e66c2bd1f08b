-- engines: mariadb,mysql
CREATE TABLE IF NOT EXISTS users (id BIGINT PRIMARY KEY, age INT);
ALTER TABLE orders MODIFY total BIGINT;
