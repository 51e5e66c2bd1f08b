-- engines: postgres
CREATE TABLE app.copy (LIKE app.notes INCLUDING ALL);
ALTER TABLE app.copy DROP CONSTRAINT copy_pkey;
