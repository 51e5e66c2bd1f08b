-- engines: mariadb,mysql
SET lock_wait_timeout = 60;
SET SESSION lock_wait_timeout = 5;
