#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# MariaDB against memory, on a server of the test's own: see oracle.py.
# ZDM_ORACLE_LONG=1: the cases of tests/cases/run and rollback too.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
for program in mariadb mariadb-dump; do
  command -v "$program" >/dev/null || skip_all "$program is not installed"
done
"$ZDM_RUN" plan --engine mariadb "$ZDM_SRCDIR/migrations/MIG-001.yaml" | grep -q 'mariadb: ' \
  || skip_all 'zdm-run was built without libmariadb'
server=$scratch
url=$("$ZDM_SRCDIR/tests/servers/mariadb.sh" start "$server" $$ 2>"$scratch/why") && code=0 || code=$?
[ "$code" -ne 77 ] || skip_all "$(cat "$scratch/why")"
[ "$code" -eq 0 ] || { cat "$scratch/why" >&2; exit 1; }
trap '"$ZDM_SRCDIR/tests/servers/mariadb.sh" stop "$server"; cd / && rm -rf "$scratch"' EXIT

set -- "$ZDM_SRCDIR"/migrations/*.yaml
if [ "${ZDM_ORACLE_LONG:-0}" = 1 ]; then
  set -- "$@" "$ZDM_SRCDIR"/tests/cases/run/*/migration.yaml \
    "$ZDM_SRCDIR"/tests/cases/rollback/*/migration.yaml
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/mariadb/oracle.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
