-- engines: mariadb
CREATE TABLE notes (id bigint PRIMARY KEY, state enum('new', 'done'));
ALTER TABLE notes MODIFY state enum('done', 'new');
