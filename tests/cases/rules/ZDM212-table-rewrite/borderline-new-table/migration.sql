-- engines: postgres
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
CLUSTER app.notes USING notes_pkey;
VACUUM FULL app.notes;
