-- engines: postgres
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
BEGIN;
LOCK TABLE app.notes IN ACCESS EXCLUSIVE MODE;
COMMIT;
