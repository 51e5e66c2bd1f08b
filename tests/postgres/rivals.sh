#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Who else is at work: two runners, a lock that is never let go, a least-privilege role, on
# a server of the test's own: see rivals.py.
# ZDM_RIVALS_LONG=1: two runners 50 times.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs psql
start_server postgres

[ "${ZDM_RIVALS_LONG:-0}" = 1 ] && times=50 || times=8
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/postgres/rivals.py" "$ZDM_RUN" "$url" "$times" && failed=0 || failed=$?
exit "$failed"
