-- engines: mariadb,mysql
ALTER TABLE users DROP FOREIGN KEY users_team_fk;
