-- engines: mariadb,mysql
LOCK TABLES users WRITE;
