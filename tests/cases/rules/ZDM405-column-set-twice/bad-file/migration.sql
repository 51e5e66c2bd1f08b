-- engines: mariadb,sqlite
UPDATE users SET name = 'x', name = 'y' WHERE id = 1;
