-- engines: postgres
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
ALTER TABLE app.notes ADD COLUMN IF NOT EXISTS title text;
