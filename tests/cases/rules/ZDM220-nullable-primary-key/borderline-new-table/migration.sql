-- engines: postgres
CREATE TABLE app.notes (id bigint);
CREATE UNIQUE INDEX notes_id ON app.notes (id);
ALTER TABLE app.notes ADD CONSTRAINT notes_pkey PRIMARY KEY USING INDEX notes_id;
