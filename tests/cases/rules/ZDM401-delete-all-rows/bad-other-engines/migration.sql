-- engines: mariadb,mysql,sqlite
DELETE FROM users;
