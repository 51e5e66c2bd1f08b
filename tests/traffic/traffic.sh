#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every kind of change on PostgreSQL under the traffic of an old and a new application, on a
# server of the test's own: see traffic.py.  Times are shown, and never judged.
# ZDM_TRAFFIC_LONG=1: on 1,000,000 rows, 50,000 requests a minute of each application.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
command -v psql >/dev/null || skip_all 'psql is not installed'
"$ZDM_RUN" plan --engine postgres "$ZDM_SRCDIR/migrations/MIG-001.yaml" | grep -q 'postgres: ' \
  || skip_all 'zdm-run was built without libpq'
server=$scratch
url=$("$ZDM_SRCDIR/tests/servers/postgres.sh" start "$server" $$ 2>"$scratch/why") && code=0 || code=$?
[ "$code" -ne 77 ] || skip_all "$(cat "$scratch/why")"
[ "$code" -eq 0 ] || { cat "$scratch/why" >&2; exit 1; }
trap '"$ZDM_SRCDIR/tests/servers/postgres.sh" stop "$server"; cd / && rm -rf "$scratch"' EXIT

if [ "${ZDM_TRAFFIC_LONG:-0}" = 1 ]; then
  set -- 1000000 50000 "${ZDM_TRAFFIC_SECONDS:-60}"
else
  set -- 5000 12000 0.3 rename_column alter_column-kind add_column unique naive
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/traffic/traffic.py" "$ZDM_RUN" "$ZDM_TRAFFIC" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
