-- engines: postgres:14.3
CREATE TABLE app.notes (id bigint PRIMARY KEY, body text);
CREATE INDEX CONCURRENTLY notes_body ON app.notes (body);
