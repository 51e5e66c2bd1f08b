#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Keys that run out of numbers: `id INT AUTO_INCREMENT PRIMARY KEY`, to which other tables refer,
# becomes BIGINT by a copy that is allowed to block, and no write, key or rule is lost, also where
# the run is killed in the middle of it.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
. "$ZDM_SRCDIR/tests/mariadb/client.sh"

shown () { sql test 'SHOW CREATE TABLE users; SHOW CREATE TABLE pets' | sed 's/ AUTO_INCREMENT=[0-9]*//'; }
types () { shown | grep -o "\`\(id\|above\|owner\)\` [a-z]*" | paste -sd,; }
is () { check "$1" test "$(sql test "$2" | paste -sd,)" = "$3"; }

# begin: users, whose numbers are nearly used up, and what refers to them.
begin () {
  sql mysql 'DROP DATABASE IF EXISTS test; CREATE DATABASE test'
  sql test "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY COMMENT 'number', name VARCHAR(40), above INT,
      CONSTRAINT users_above FOREIGN KEY (above) REFERENCES users (id)) AUTO_INCREMENT = 2147483600;
    CREATE TABLE pets (id INT PRIMARY KEY, owner INT NOT NULL DEFAULT 1, KEY mine (owner), CONSTRAINT pets_owner
      FOREIGN KEY (owner) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE);
    INSERT INTO users (id, name, above) SELECT seq, 'u', IF(seq = 1, NULL, 1) FROM seq_1_to_5000;
    INSERT INTO pets SELECT seq, seq FROM seq_1_to_5000" || exit 1
  before=$(shown)
}

# steps COLUMNS…: a file that gives these columns, as "table: … column: …", eight bytes.
steps () {
  cat <<'EOT'
id: keys
tables:
  - name: users
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: name, type: VARCHAR, length: 40 }
      - { name: above, type: INTEGER }
    constraints: [ { name: users_above, foreign_key: [above], references: { table: users } } ]
  - name: pets
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: owner, type: INTEGER, nullable: false, default: 1 }
    constraints:
      - { name: pets_owner, foreign_key: [owner], references: { table: users, columns: [id] },
          on_delete: cascade, on_update: cascade }
steps:
EOT
  for column; do
    echo "  - { phase: expanding, table: ${column%.*}, allow_blocking: true,"
    echo "      alter_column: { column: ${column#*.}, type: BIGINT } }"
  done
}
steps users.id users.above pets.owner >keys.yaml

# What is refused -----------------------------------------------------------------------

begin
steps users.id users.above >half.yaml
check_exit 1 'one side of a foreign key' zdm half.yaml
expect_stderr_has "foreign keys bind 'id' of 'users' to 'owner' of 'pets', which would not have the same type"
sed 's/, allow_blocking: true//' keys.yaml >waits.yaml
check_exit 1 'without leave to block' zdm waits.yaml
sql test 'CREATE TABLE toys (id INT PRIMARY KEY, user INT REFERENCES users (id))'
check_exit 3 'a foreign key that the file does not name' zdm keys.yaml
expect_stderr_has "foreign key over 'id' of 'users' that the file does not name"
check 'nothing is touched' test "$(shown)" = "$before"
sql test 'DROP TABLE toys'
sed 's/on_delete: cascade, //' keys.yaml >other.yaml
check_exit 3 'a foreign key that does something else' zdm other.yaml
check 'nothing is touched' test "$(shown)" = "$before"
sed '/^steps:/,$d' keys.yaml >change.yaml
cat >>change.yaml <<'EOT'
change: { table: users, alter_column: { column: id, type: BIGINT } }
EOT
check_exit 1 'while writers go on' zdm --fail-on never change.yaml
expect_stderr_has 'a step `alter_column` with `allow_blocking: true`'

# There and back ------------------------------------------------------------------------

# write: what applications go on to do, until the file `stop` is there: each adds an owner and a pet.
write () {
  n=0
  while [ ! -e stop ]; do
    n=$((n + 1))
    sql test "BEGIN; INSERT INTO users (name, above) VALUES ('w', 1); INSERT INTO pets VALUES
      ($((100000 + n)), LAST_INSERT_ID()); COMMIT" >>said 2>&1 && echo "$n" >>written
  done
}
rm -f stop said written
touch written
write &
writer=$!
check_exit 0 'everything that numbers users becomes BIGINT' zdm keys.yaml
while [ "$(wc -l <written)" -lt 20 ]; do sleep 0.1; done
touch stop
wait "$writer"
check 'no write has failed' test ! -s said
is 'and none is lost' "SELECT COUNT(*) FROM users JOIN pets ON owner = users.id WHERE users.name = 'w'" \
  "$(wc -l <written | tr -d ' ')"
check 'all else is as it was' test "$(shown | sed 's/bigint(20)/int(11)/g')" = "$before"
check 'each of them' test "$(types)" = '`id` bigint,`above` bigint,`id` int,`owner` bigint'
check_exit 0 'it is complete' zdm verify
sql test "ALTER TABLE users AUTO_INCREMENT = 3000000000; INSERT INTO users (name) VALUES ('late');
  INSERT INTO pets VALUES (7000000, LAST_INSERT_ID())"
is 'numbers go on' "SELECT owner FROM pets WHERE id = 7000000" 3000000000
check_exit 1 'the key binds' sql test 'INSERT INTO pets VALUES (7000001, 4000000000)'
check_exit 4 'such a number does not go back' zdm abort --accept-loss keys
expect_stderr_has "row id '3000000000' of 'users', column 'id': the number does not fit INT"
sql test 'DELETE FROM users WHERE id = 3000000000'
is 'the key does what it did' "SELECT COUNT(*) FROM pets WHERE id = 7000000" 0
check_exit 0 'without it all goes back' zdm abort --accept-loss keys
check 'to the very same tables' test "$(shown)" = "$before"

# Killed ----------------------------------------------------------------------------------

# cut TEXT N: a run without connection from the Nth statement on that holds TEXT.
cut () {
  begin
  rm -f way
  python3 "$ZDM_SRCDIR/tests/mariadb/cut.py" "$port" "$1" "$2" >way &
  way=$!
  while [ ! -s way ]; do sleep 0.05; done
  check_exit 4 "cut off at $1 ($2)" "$ZDM_RUN" -q keys.yaml --url "mariadb://root@127.0.0.1:$(cat way)/test"
  kill "$way"
  wait "$way" 2>/dev/null
}
for place in 'DROP FOREIGN KEY:2' 'MODIFY COLUMN:3'; do
  cut "${place%:*}" "${place#*:}"
  sql test "INSERT INTO users (name) VALUES ('w'); INSERT INTO pets VALUES (100001, LAST_INSERT_ID())"
  check_exit 0 'and gone on with' zdm continue keys
  check 'to its end' test "$(shown | sed 's/bigint(20)/int(11)/g')/$(types)" = \
    "$before/\`id\` bigint,\`above\` bigint,\`id\` int,\`owner\` bigint"
  cut "${place%:*}" "${place#*:}"
  check_exit 0 'or aborted' zdm abort keys
  check 'to the very same tables' test "$(shown)" = "$before"
done

# Nobody keeps a key meanwhile: who breaks it is found.
cut 'MODIFY COLUMN' 1
sql test 'INSERT INTO pets VALUES (100001, 77777)'
check_exit 4 'a row without its owner' zdm continue keys
expect_stderr_has "row id '100001' of 'pets' breaks foreign key 'pets_owner'"
sql test 'DELETE FROM pets WHERE id = 100001'
check_exit 0 'is looked for again' zdm continue keys

# A key without others ----------------------------------------------------------------------

sql mysql 'DROP DATABASE IF EXISTS test; CREATE DATABASE test'
sql test "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40)); CREATE TABLE pets (id INT);
  INSERT INTO users (name) VALUES ('a')"
before=$(shown)
cat >alone.yaml <<'EOT'
id: alone
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: VARCHAR, length: 40 }
steps:
  - { phase: expanding, alter_column: { column: id, type: BIGINT }, allow_blocking: true }
EOT
check_exit 0 'a key to which nothing refers' zdm alone.yaml
is 'is numbered as before' "SELECT CONCAT_WS('/', COLUMN_TYPE, COLUMN_KEY, EXTRA) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = 'test' AND TABLE_NAME = 'users' AND COLUMN_NAME = 'id'" 'bigint(20)/PRI/auto_increment'
check_exit 0 'and back' zdm abort --accept-loss alone
check 'to the very same table' test "$(shown)" = "$before"

done_testing
