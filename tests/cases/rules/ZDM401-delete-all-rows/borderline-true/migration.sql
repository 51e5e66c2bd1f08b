-- All are meant.
DELETE FROM users WHERE true;
