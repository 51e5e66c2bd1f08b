-- engines: mariadb,mysql
ALTER TABLE users ADD COLUMN next_age INT AS (age + 1) STORED;
