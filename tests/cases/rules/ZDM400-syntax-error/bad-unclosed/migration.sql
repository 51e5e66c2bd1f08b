-- A comment in a comment: without a second end it takes the rest of the file.
SELECT 1;
/* /* once */ DROP TABLE o;
