#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A primary that is lost in the middle of a run, and a replica that takes over its address: see
# failover.py.  ZDM_FAILOVER_LONG=N: N times each way; without it two of the four, once.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
start_server mariadb

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
[ -n "${ZDM_FAILOVER_LONG-}" ] || set -- received short
python3 "$ZDM_SRCDIR/tests/mariadb/failover.py" "$ZDM_RUN" "$url" "$scratch" \
  "${ZDM_FAILOVER_LONG:-1}" "$@" && failed=0 || failed=$?
exit "$failed"
