-- engines: postgres
ALTER TABLE users ADD COLUMN IF NOT EXISTS a text;
