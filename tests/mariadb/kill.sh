#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs that are killed, on a server of the test's own: see kill.py.
# ZDM_KILL_LONG=1: five kills of each kind.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
start_server mariadb

kills=1
if [ "${ZDM_KILL_LONG:-0}" = 1 ]; then
  kills=5
fi
set -- "$kills"
for number in 001 002 008 014 017 020 022; do
  set -- "$@" "$ZDM_SRCDIR/migrations/MIG-$number.yaml"
done
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/mariadb/kill.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
