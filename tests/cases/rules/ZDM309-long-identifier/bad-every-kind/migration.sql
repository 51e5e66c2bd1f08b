-- engines: postgres
SET lock_timeout = '2s';
CREATE TABLE IF NOT EXISTS a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl1 AS SELECT 1;
ALTER TABLE a RENAME TO a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl2;
ALTER TABLE b RENAME COLUMN c TO a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl3;
ALTER TABLE c ADD CONSTRAINT a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl4 CHECK (d > 0) NOT VALID;
ALTER TABLE d RENAME CONSTRAINT e TO a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl5;
CREATE TYPE a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl6 AS ENUM ('a');
CREATE DOMAIN a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl7 AS text;
CREATE TRIGGER a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silentl8 BEFORE UPDATE ON e FOR EACH ROW EXECUTE FUNCTION f();
