#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A primary that is lost in the middle of a run, and a replica that takes over: see failover.py.
# ZDM_FAILOVER_LONG=N: N times each way.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs psql pg_dump
start_server postgres

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/postgres/failover.py" "$ZDM_RUN" "$url" "$scratch" \
  "${ZDM_FAILOVER_LONG:-1}" && failed=0 || failed=$?
exit "$failed"
