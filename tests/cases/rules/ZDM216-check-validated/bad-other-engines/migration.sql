-- engines: mariadb,mysql
ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18);
