#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A backfill reads each row a few times, however many chunks it takes: also on a table that
# was never analysed, of which the planner knows nothing.
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres

sql () { psql -XAqt -v ON_ERROR_STOP=1 "$url" -c "$1"; }

rows=50000
cat >copy.yaml <<'EOF'
id: FILL
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
change:
  rename_column: { from: name, to: display_name }
EOF
sql "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL)
       WITH (autovacuum_enabled = off);
     INSERT INTO users SELECT i, 'user' || i FROM generate_series(1, $rows) AS i"
check_exit 0 'a table that was never analysed is filled' \
  "$ZDM_RUN" -q --batch-size 500 --url "$url" copy.yaml
check 'every row has its value' [ "$(sql 'SELECT count(*) FROM users WHERE display_name = name')" = $rows ]
sleep 2 # until the session that has ended has told its figures
n_read=$(sql "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables
              WHERE relname = 'users'")
check "rows are read a few times each: $n_read of $rows" [ "$n_read" -lt $((rows * 12)) ]
done_testing
