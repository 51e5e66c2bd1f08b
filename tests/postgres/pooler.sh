#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# PgBouncer in the middle: applications may come through it in any mode; zdm-run itself only
# where it keeps its session, and elsewhere leaves nothing behind.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs psql
PATH=$PATH:/usr/sbin:/sbin needs pgbouncer
start_server postgres
trap '"$ZDM_SRCDIR/tests/servers/pgbouncer.sh" stop "$scratch"
  "$ZDM_SRCDIR/tests/servers/postgres.sh" stop "$scratch"; cd / && rm -rf "$scratch"' EXIT

# pool MODE: the URL through it.
pool () {
  "$ZDM_SRCDIR/tests/servers/pgbouncer.sh" start "$scratch" "$url" "$1" $$
}

# settings URL: what zdm-run sets in a session of its own, in that one.
settings () {
  psql -XAqt "$1" -c "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
    WHERE name IN ('default_transaction_read_only', 'extra_float_digits', 'row_security', 'search_path',
                   'client_connection_check_interval', 'tcp_keepalives_idle')"
}

file=$ZDM_SRCDIR/migrations/MIG-002.yaml
session=$(pool session)
transaction=$(pool transaction)
statement=$(pool statement)

for mode in transaction statement; do
  through=$transaction
  [ "$mode" = transaction ] || through=$statement
  check_exit 7 "a pool in $mode mode: refused" "$ZDM_RUN" --seed-data --url "$through" "$file"
  expect_stderr_has 'the connection leads through a pooler that gives each transaction another session'
  expect_stderr_has 'give --url the address of the server itself'
  expect_stderr_has 'state: untouched'
  check_exit 7 "reading too: in $mode mode" "$ZDM_RUN" status --url "$through"
  check "no setting is left to the next one, in $mode mode" \
    test "$(settings "$through")" = "$(settings "$url")"
done
check 'nothing was made' test "$(psql -XAqt "$url" -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'zdm'")" = 0

# While applications take sessions out of the pool and put them back, as fast as they can.
busy () {
  applications=
  for _ in 1 2 3 4 5 6; do
    yes 'SELECT 1;' | psql -XAqt "$transaction" >/dev/null 2>&1 &
    applications="$applications $!"
  done
  n_refused=0
  for _ in $(seq 20); do
    "$ZDM_RUN" status --url "$transaction" >/dev/null 2>"$scratch/stderr" </dev/null && code=0 || code=$?
    [ "$code" -ne 7 ] || ! grep -qF 'through a pooler' "$scratch/stderr" || n_refused=$((n_refused + 1))
  done
  # shellcheck disable=SC2086  # a list of numbers
  kill $applications
  [ "$n_refused" -eq 20 ] || echo "# refused $n_refused times"
  [ "$n_refused" -eq 20 ]
}

check 'a busy pool: refused 20 times of 20' busy

check_exit 0 'a pool in session mode: runs' "$ZDM_RUN" --seed-data --url "$session" "$file"
check_exit 0 'and its contract' "$ZDM_RUN" contract --url "$session"

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
ZDM_TRAFFIC_POOLER=$transaction python3 "$ZDM_SRCDIR/tests/traffic/traffic.py" "$ZDM_RUN" "$ZDM_TRAFFIC" \
  "$url" 5000 12000 0.3 rename_column >"$scratch/traffic" && code=0 || code=$?
grep -v '^1\.\.' "$scratch/traffic" | sed 's/^\(not \)\{0,1\}ok/# &/'
check 'applications come through a pool in transaction mode: nothing failed, lost, wrong' test "$code" -eq 0

done_testing
