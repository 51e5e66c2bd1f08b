-- engines: mariadb,mysql
ALTER TABLE users ALTER COLUMN name SET DEFAULT '';
