#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs whose connection is cut, on a server of the test's own: see cuts.py.
# ZDM_CUTS_LONG=N: every N-th request of every file of migrations/ (1: hours).
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs psql pg_dump
start_server postgres

if [ -n "${ZDM_CUTS_LONG-}" ]; then
  set -- "$ZDM_CUTS_LONG" "$ZDM_SRCDIR"/migrations/*.yaml
else
  set -- 83 "$ZDM_SRCDIR"/migrations/MIG-002.yaml
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/postgres/cuts.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
