-- engines: mariadb,mysql,sqlite
UPDATE users SET name = 'a', name = 'b' WHERE id = 1;
