-- A part of a query deletes too.
WITH gone AS (DELETE FROM users RETURNING *)
SELECT count(*) FROM gone;
