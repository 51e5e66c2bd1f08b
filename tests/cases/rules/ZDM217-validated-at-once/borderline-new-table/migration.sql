-- engines: postgres
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
BEGIN;
ALTER TABLE app.notes ADD CONSTRAINT notes_body_check CHECK (body > '') NOT VALID;
ALTER TABLE app.notes VALIDATE CONSTRAINT notes_body_check;
COMMIT;
