-- zdm:allow-file ZDM400 read by an extension of the server
SHOW POOLS OF ME;
