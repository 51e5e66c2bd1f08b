-- engines: mariadb,mysql,sqlite
ALTER TABLE users ADD COLUMN state TEXT NOT NULL;
