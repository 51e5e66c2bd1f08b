#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs that are killed, on a server of the test's own: see kill.py.
# ZDM_KILL_LONG=1: every file of migrations/, five kills of each kind.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs psql pg_dump
start_server postgres

if [ "${ZDM_KILL_LONG:-0}" = 1 ]; then
  set -- 5 "$ZDM_SRCDIR"/migrations/*.yaml
else
  set -- 1 "$ZDM_SRCDIR"/tests/postgres/names.yaml "$ZDM_SRCDIR"/migrations/MIG-002.yaml \
    "$ZDM_SRCDIR"/migrations/MIG-006.yaml "$ZDM_SRCDIR"/migrations/MIG-010.yaml
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/postgres/kill.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
