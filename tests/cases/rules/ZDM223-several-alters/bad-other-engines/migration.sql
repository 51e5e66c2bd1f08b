-- engines: mariadb,mysql
ALTER TABLE users ADD COLUMN a INT;
ALTER TABLE users ADD COLUMN b INT;
