#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs that are killed, on a server of the test's own: see kill.py.
# ZDM_KILL_LONG=chain, or =N for every N-th action: every file of migrations/, and the cases
# of tests/cases/run and rollback.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
start_server mariadb

if [ -n "${ZDM_KILL_LONG-}" ]; then
  set -- "$ZDM_KILL_LONG" "$ZDM_SRCDIR"/tests/mariadb/bigint.yaml "$ZDM_SRCDIR"/migrations/*.yaml \
    "$ZDM_SRCDIR"/tests/cases/run/*/migration.yaml \
    "$ZDM_SRCDIR"/tests/cases/rollback/*/migration.yaml
else
  set -- random
  for name in bigint mirrors; do
    set -- "$@" "$ZDM_SRCDIR/tests/mariadb/$name.yaml"
  done
  for number in 008 014 020 022; do
    set -- "$@" "$ZDM_SRCDIR/migrations/MIG-$number.yaml"
  done
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/mariadb/kill.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
