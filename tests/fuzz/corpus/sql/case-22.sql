-- Two parts of one value.
UPDATE t SET a[1] = 1, a[2] = 2 WHERE id = 1;
