-- Nobody uses it yet.
CREATE TABLE s.t (a bigint);
DELETE FROM s.t;
