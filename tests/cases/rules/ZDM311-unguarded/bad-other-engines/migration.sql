-- engines: mariadb,mysql,sqlite
CREATE TABLE notes (id BIGINT PRIMARY KEY);
DROP TABLE letters;
