-- engines: mariadb,mysql
CREATE TABLE n (id INT PRIMARY KEY);
