-- Both mistakes are told; the statement between them is looked into.
SELECT 1 FROM;
DELETE FROM é;
ALTER TABLE é ADDD COLUMN x int;
