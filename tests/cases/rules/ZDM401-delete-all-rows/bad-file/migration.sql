-- engines: mariadb
DELETE FROM `users`;
