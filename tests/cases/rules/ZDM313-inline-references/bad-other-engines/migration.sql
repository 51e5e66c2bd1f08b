-- engines: mariadb:10.4,mysql:8.0
ALTER TABLE users ADD COLUMN team BIGINT REFERENCES teams (id);
