#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A server that is killed and started again in the middle: see restart.py.
# ZDM_RESTART_LONG=N: N times each way.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
ZDM_CRASHES=yes
PYTHONDONTWRITEBYTECODE=1
export ZDM_CRASHES PYTHONDONTWRITEBYTECODE
start_server mariadb

python3 "$ZDM_SRCDIR/tests/mariadb/restart.py" "$ZDM_RUN" "$url" "$scratch" \
  "${ZDM_RESTART_LONG:-1}" && failed=0 || failed=$?
exit "$failed"
