#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Who else is at work: two runners, a lock that is never let go, a least-privilege role, on
# a server of the test's own: see rivals.py.
# ZDM_RIVALS_LONG=1: two runners 50 times.
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

[ "${ZDM_RIVALS_LONG:-0}" = 1 ] && times=50 || times=8
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/postgres/rivals.py" "$ZDM_RUN" "$url" "$times" && failed=0 || failed=$?
exit "$failed"
