-- engines: mariadb,mysql
ALTER TABLE users ADD COLUMN a INT, ALGORITHM=COPY;
