-- engines: sqlite
-- To SQLite the end of the text ends a comment.
SELECT 1;
/* DROP TABLE o;
