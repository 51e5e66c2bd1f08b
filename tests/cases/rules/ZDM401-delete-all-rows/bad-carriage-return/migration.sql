-- To PostgreSQL this ends a comment.DELETE FROM o;
