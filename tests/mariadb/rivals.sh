#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Two runners at once, on a server of the test's own: see rivals.py.
# ZDM_RIVALS_LONG=1: 50 times.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
start_server mariadb

[ "${ZDM_RIVALS_LONG:-0}" = 1 ] && times=50 || times=8
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/mariadb/rivals.py" "$ZDM_RUN" "$url" "$times" && failed=0 || failed=$?
exit "$failed"
