-- engines: sqlite
-- To SQLite this does not end a comment.DELETE FROM o;
