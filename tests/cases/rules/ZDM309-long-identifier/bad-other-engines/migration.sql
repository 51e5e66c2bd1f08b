-- engines: mariadb,mysql
ALTER TABLE users ADD COLUMN a_name_of_more_than_sixty_four_bytes_is_one_that_no_mysql_server_takes INT;
