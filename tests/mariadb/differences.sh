#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A rehearsal on MariaDB sees every difference that a way back leaves, whatever a collation says
# of it. Each step's way back does one thing too much, unless a later one has done so before: a
# fault at a step leaves that of the step before alone.
# ZDM_REHEARSE_LONG=1: all kinds.
# shellcheck disable=SC2154  # scratch and base are those of lib.sh and client.sh
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

sql mysql 'CREATE DATABASE app CHARACTER SET utf8mb4' || exit 1
sql app "CREATE TABLE p (id INT PRIMARY KEY);
  CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(20) COLLATE utf8mb4_general_ci, n INT DEFAULT 1,
    d DOUBLE, f FLOAT, m DECIMAL(9,2), w TIME(6), e ENUM('x','y'), b BIT(3), g INT AS (n * 2) VIRTUAL, p INT,
    KEY by_n (n), CONSTRAINT big CHECK (n < 99), CONSTRAINT parent FOREIGN KEY (p) REFERENCES p (id)) COMMENT 'it';
  CREATE TABLE l (a VARCHAR(20), o VARCHAR(20)) COLLATE utf8mb4_general_ci;
  INSERT INTO p VALUES (1), (2);
  INSERT INTO t (a, d, f, m, w, e, b, p) VALUES ('ann', 0, 0.5, 1, '12:00:00.5', 'x', b'1', 1),
    ('bob', 1, 0.25, 2, NULL, NULL, NULL, 2);
  INSERT INTO l VALUES ('a', NULL), ('a', NULL), ('b', NULL), ('b', NULL);
  CREATE VIEW v AS SELECT id, a FROM t;
  CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1;
  CREATE TRIGGER own BEFORE INSERT ON l FOR EACH ROW SET NEW.o = 'o'" || exit 1

short () {
  cat <<'EOT'
ALTER TABLE t ADD INDEX other (a)
ALTER TABLE t MODIFY a VARCHAR(20) COLLATE utf8mb4_bin
ALTER TABLE t MODIFY d DOUBLE AFTER id
ALTER TABLE t DROP FOREIGN KEY parent
ALTER DATABASE COLLATE utf8mb4_bin
CREATE OR REPLACE VIEW v AS SELECT id FROM t
CREATE OR REPLACE TRIGGER own BEFORE INSERT ON l FOR EACH ROW SET NEW.o = "p"
CREATE OR REPLACE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 2
UPDATE t SET a = "Ann" WHERE id = 1
UPDATE t SET f = 0.50000006 WHERE id = 1
UPDATE l SET o = a, a = NULL WHERE a = "b"
EOT
}
long () {
  cat <<'EOT'
ALTER TABLE t ADD UNIQUE INDEX other (a)
ALTER TABLE t DROP INDEX by_n, ADD INDEX by_n (n, a)
ALTER TABLE t ALTER n SET DEFAULT 2
ALTER TABLE t MODIFY a VARCHAR(21) COLLATE utf8mb4_general_ci
ALTER TABLE t MODIFY d DOUBLE NOT NULL
ALTER TABLE t MODIFY d DOUBLE INVISIBLE
ALTER TABLE t MODIFY d DOUBLE COMMENT "c"
ALTER TABLE t MODIFY g INT AS (n * 3) VIRTUAL
ALTER TABLE t MODIFY e ENUM("x", "y", "z")
ALTER TABLE t MODIFY id INT
ALTER TABLE t DROP CONSTRAINT big
ALTER TABLE t DROP CONSTRAINT big, ADD CONSTRAINT big CHECK (n <= 99)
ALTER TABLE t DROP FOREIGN KEY parent, ADD CONSTRAINT up FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE
ALTER TABLE t COMMENT "another"
ALTER TABLE t ROW_FORMAT = COMPRESSED
ALTER TABLE l PARTITION BY KEY (a) PARTITIONS 2
CREATE TABLE more (id INT)
DROP TABLE l
CREATE SEQUENCE s
CREATE OR REPLACE SQL SECURITY INVOKER VIEW v AS SELECT id, a FROM t
DROP TRIGGER own
DROP FUNCTION one
CREATE FUNCTION two(a INT) RETURNS INT DETERMINISTIC RETURN 2
CREATE EVENT now_and_then ON SCHEDULE EVERY 1 DAY DO DO 1
UPDATE t SET a = "ann " WHERE id = 1
UPDATE t SET a = "" WHERE id = 1
UPDATE t SET a = NULL WHERE id = 1
UPDATE t SET d = 1.0000000000000002e0 WHERE id = 2
UPDATE t SET w = "12:00:00.500001" WHERE id = 1
UPDATE t SET m = m + 0.01
UPDATE t SET e = "y" WHERE id = 1
UPDATE t SET b = 3 WHERE id = 1
UPDATE t SET p = 3 - p
UPDATE t SET id = 5 WHERE id = 1
UPDATE l SET a = "b"
DELETE FROM l WHERE a = "b" LIMIT 1
INSERT INTO l (a) VALUES ("a")
EOT
}
{
  short
  [ "${ZDM_REHEARSE_LONG:-0}" = 0 ] || long
} >kinds
n=$(($(wc -l <kinds)))

# step NUMBER STATEMENT
step () {
  cat <<EOT
  - engines: [mariadb]
    sql:
      phase: migrating
      forward: { mariadb: DO 0 }
      rollback: { mariadb: "SET @n = COALESCE(@n, $1); EXECUTE IMMEDIATE IF(@n = $1, '$(
    echo "$2" | sed 's/"/\\"/g'
  )', 'DO 0')" }
EOT
}
{
  cat <<'EOT'
id: differences
table:
  name: t
  columns: [ { name: id, type: INTEGER, nullable: false, primary_key: true } ]
change:
EOT
  i=0
  while read -r statement; do
    i=$((i + 1))
    step "$i" "$statement"
  done <kinds
  step $((n + 1)) 'ALTER TABLE t AUTO_INCREMENT = 100'
  # Ends otherwise each time: the first kill is enough to see it.
  step $((n + 2)) 'DO 0' | sed 's/forward: .*/forward: { mariadb: "INSERT INTO l (a) SELECT SUBSTR(UUID(), 1, 8)" }/'
} >differences.yaml

check_exit 9 'a rehearsal' "$ZDM_RUN" rehearse --fail-on never --url "$base/app" differences.yaml
i=1
while read -r statement; do
  i=$((i + 1))
  check "it sees: $statement" grep -q "^  on mariadb, a fault at step $i leaves the start: .*not those of the start" "$scratch/stdout"
done <kinds
expect_stdout_has 'ok    on mariadb, a fault at step 1 leaves the start'
check 'the next number is none' grep -q "^  ok    on mariadb, a fault at step $((n + 2)) leaves" "$scratch/stdout"
check 'another end' grep -q '^  on mariadb, killed after .* `continue` ends alike: after transaction 1: .*not those of the end' "$scratch/stdout"
check 'nor is a scratch database left' test "$(sql mysql "SELECT COUNT(*) FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME LIKE 'zdm%'")" = 0
done_testing
