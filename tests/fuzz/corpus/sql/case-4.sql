-- target: mariadb
DELETE FROM `users`;
