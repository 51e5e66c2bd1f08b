/* zdm:allow */ DROP TABLE a; -- zdm:alow x
/*zdm:allow-file a b*/