-- Only the statement that the comment stands beside.
DELETE FROM a; -- zdm:allow ZDM401 a is a cache
DELETE FROM b;

-- zdm:allow ZDM401 an empty line is between them

DELETE FROM c;
