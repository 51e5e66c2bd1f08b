#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a column has comes along when it is renamed or gets another type, and comes back.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

database () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  psql -Xqv ON_ERROR_STOP=1 "$test_url" -c \
    "CREATE TYPE mood AS ENUM ('well', 'ill');
     CREATE DOMAIN short AS varchar(40) CHECK (length(VALUE) < 30);
     CREATE TABLE users (id integer PRIMARY KEY, email varchar(80) NOT NULL, mood mood,
       sh short, tags text[], doc jsonb, j json, number serial);
     ALTER TABLE users ALTER email SET STATISTICS 500, ALTER email SET (n_distinct = 100),
       ALTER email SET STORAGE EXTERNAL, ALTER email SET COMPRESSION pglz;
     CREATE INDEX low ON users (lower(email));
     CREATE INDEX part ON users (id) WHERE email IS NOT NULL;
     CREATE UNIQUE INDEX nnd ON users (email) NULLS NOT DISTINCT WHERE id > 5;
     ALTER INDEX low ALTER COLUMN 1 SET STATISTICS 300;
     ALTER TABLE users ADD CONSTRAINT filled CHECK (email <> '');
     CREATE INDEX feel ON users (mood, tags, sh) INCLUDE (doc);
     COMMENT ON INDEX low IS 'it''s low'; COMMENT ON CONSTRAINT filled ON users IS 'not empty';
     COMMENT ON COLUMN users.email IS 'where to';
     INSERT INTO users VALUES (1, '1', 'well', 'a', '{x,NULL}', '{\"b\": 2}', '{\"a\":  1}'),
       (2, '2', 'ill', NULL, NULL, NULL, NULL);" || exit 1
}

# dump NAME: whichever column comes first, and by the old names.
dump () {
  pg_dump -N zdm "$test_url" | sed -n '/^COPY/,/^\\\./!p' \
    | sed 's/newname/'"${column:-email}"'/g; s/,$//; /restrict /d' | sort >"$1"
}

# carried COLUMN TYPE CHANGE
carried () {
  column=$1
  cat >change.yaml <<EOT
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: $1, type: $2 }
change:
  $3
EOT
  database
  dump before
  cells=$(psql -XAtq "$test_url" -c "SELECT id, $1 FROM users ORDER BY id")
  check_exit 0 "$1: $3" "$ZDM_RUN" -q --fail-on never --url "$test_url" change.yaml
  check_exit 0 'its contract' "$ZDM_RUN" contract -q --url "$test_url"
  dump after
}

# renamed COLUMN TYPE
renamed () {
  carried "$1" "$2" "rename_column: { from: $1, to: newname }"
  check 'all of it is there' diff before after
  check 'with its values' test "$(psql -XAtq "$test_url" -c \
    'SELECT id, newname FROM users ORDER BY id')" = "$cells"
  check_exit 0 'the way back' "$ZDM_RUN" abort -q --accept-loss --url "$test_url" change.yaml
  dump after
  check 'gives all of it back' diff before after
}

renamed email 'VARCHAR(80), nullable: false'
renamed mood 'TEXT, native: { postgres: mood }'
renamed sh 'TEXT, native: { postgres: short }'
renamed tags 'TEXT, native: { postgres: "text[]" }'
renamed doc JSON
renamed number 'INTEGER, nullable: false'

carried email 'VARCHAR(80), nullable: false' \
  'alter_column: { column: email, type: INTEGER, transform: { cast: INTEGER }, backward: { cast: VARCHAR(80) } }'
for what in 'INDEX public.low IS' 'CONSTRAINT filled ON public.users IS' 'SET STATISTICS 500' \
  'SET STATISTICS 300' 'n_distinct=100' "IS 'where to'" 'NULLS NOT DISTINCT WHERE (id > 5)'; do
  check "a type changes: $what" grep -qF "$what" after
done

cat >change.yaml <<'EOT'
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: j, type: JSON, native: { postgres: json } }
change:
  rename_column: { from: j, to: newname }
EOT
database
dump before
check_exit 8 'json cannot be compared' "$ZDM_RUN" --fail-on never --url "$test_url" change.yaml
expect_stderr_has "column 'j' of 'users' is json"
dump after
check 'nothing was touched' cmp -s before after
done_testing
