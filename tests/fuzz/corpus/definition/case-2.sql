CREATE TABLE t (
  a INTEGER NOT NULL, -- the , first
  b TEXT -- the ) last
)