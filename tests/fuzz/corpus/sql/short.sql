DROP TABLE a; UPDATE t SET a=1; CREATE TABLE q (x int); ALTER TABLE q ADD y int default (1)
