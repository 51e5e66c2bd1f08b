#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# PostgreSQL against memory, on a server of the test's own: see oracle.py.
# ZDM_ORACLE_LONG=1: the cases of tests/cases/run and rollback too.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs psql pg_dump
start_server postgres

set -- "$ZDM_SRCDIR"/tests/postgres/names.yaml "$ZDM_SRCDIR"/migrations/*.yaml
if [ "${ZDM_ORACLE_LONG:-0}" = 1 ]; then
  set -- "$@" "$ZDM_SRCDIR"/tests/cases/run/*/migration.yaml \
    "$ZDM_SRCDIR"/tests/cases/rollback/*/migration.yaml
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/postgres/oracle.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
