#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Three migrations that wait on one table at the same time, each for columns of its own: none
# takes away what another one needs, in whatever order they end.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
run () { "$ZDM_RUN" "$@" -q --url "$test_url" >out 2>&1 || { cat out; echo "$@"; exit 1; }; }
dump () { pg_dump -s -N zdm "$test_url" | sed '/restrict /d; /^--/d' >"$1"; }

# change NAME CHANGE
change () {
  cat >"$1.yaml" <<EOT
id: $1
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
    - { name: mail, type: TEXT }
    - { name: points, type: INTEGER }
change:
  $2
EOT
}
change name 'rename_column: { from: name, to: display_name }'
change mail 'rename_column: { from: mail, to: address }'
change points 'alter_column: { column: points, type: TEXT }'

start () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  sql "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, mail text UNIQUE, points integer);
    CREATE INDEX users_name ON users (name);
    CREATE INDEX users_points ON users (points);
    INSERT INTO users SELECT i, 'n' || i, 'm' || i, i FROM generate_series(1, 50) AS i" || exit 1
  dump before
  for each in name mail points; do run --fail-on never $each.yaml; done
}
all () { sql "SELECT $1 FROM users WHERE id IN (1, 2, 3, 60) ORDER BY id" | paste -sd,; }
write () {
  sql "UPDATE users SET name = 'x', mail = 'y', points = 7 WHERE id = 1;
    UPDATE users SET display_name = 'p' WHERE id = 2;
    UPDATE users SET address = 'q' WHERE id = 3;
    INSERT INTO users (id, name, mail, points) VALUES (60, 'a', 'b', 8)"
}
old='x y 7,p m2 2,n3 q 3,a b 8'

start
write
check 'all go on by the old names' test "$(all "name || ' ' || mail || ' ' || points")" = "$old"
check 'and by the new ones' test "$(all "display_name || ' ' || address || ' ' || points")" = "$old"

# end ORDER…: each is a verb and a migration.
end () {
  start
  for each; do
    run ${each%:*} "${each#*:}"
    sql "UPDATE users SET points = 9 WHERE id = 1; UPDATE users SET points = 7 WHERE id = 1"
  done
}
for order in 'contract:name contract:mail contract:points' \
  'contract:points contract:name contract:mail' 'contract:mail contract:points contract:name'; do
  # shellcheck disable=SC2086  # a list of words
  end $order
  check "$order: the rows" test "$(sql "SELECT string_agg(display_name || address || points, ',' ORDER BY id)
    FROM users WHERE id < 4")" = n1m17,n2m22,n3m33
  check "$order: the indexes" test "$(sql "SELECT string_agg(regexp_replace(indexdef, '.* ON ', ''), ';' ORDER BY indexdef)
    FROM pg_indexes WHERE tablename = 'users'")" = "public.users USING btree (display_name);public.users USING \
btree (points);public.users USING btree (address);public.users USING btree (id)"
done
for order in 'abort:name abort:mail abort:points' 'abort:points abort:name abort:mail' \
  'abort:mail abort:points abort:name'; do
  # shellcheck disable=SC2086  # a list of words
  end $order
  dump after
  check "$order: as it was" diff before after
done

# One goes on while another one is taken back.
start
write
run abort mail
sql "UPDATE users SET name = 'z' WHERE id = 1; UPDATE users SET points = 70 WHERE id = 1"
check 'the others go on' test "$(sql 'SELECT name, display_name, points FROM users WHERE id = 1')" = 'z|z|70'
run contract name
run contract points
check 'and end' test "$(all "display_name || ' ' || mail || ' ' || points")" = 'z y 70,p m2 2,n3 q 3,a b 8'
check 'nothing of ours is left' test -z "$(sql "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT relname FROM pg_class WHERE relname LIKE 'zdm\\_%' AND relnamespace = 'public'::regnamespace
  UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace")"
done_testing
