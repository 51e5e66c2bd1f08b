#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs that are killed again and again under traffic, on a server of the test's own: see
# soak.py.  ZDM_SOAK_SECONDS=600, ZDM_SOAK_ENGINE=postgres.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
case ${ZDM_SOAK_ENGINE:=mariadb} in
  postgres) needs psql pg_dump ;;
  *) needs mariadb mariadb-dump ;;
esac
start_server "$ZDM_SOAK_ENGINE"

python3 "$ZDM_SRCDIR/tests/traffic/soak.py" "$ZDM_RUN" "$ZDM_TRAFFIC" "$url" 20000 12000 "${ZDM_SOAK_SECONDS:-5}" \
  && failed=0 || failed=$?
exit "$failed"
