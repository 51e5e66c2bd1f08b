-- engines: mariadb,mysql,sqlite
CREATE INDEX wide ON users (a, b, c, d);
