-- engines: mariadb,mysql,sqlite
UPDATE users SET name = '';
