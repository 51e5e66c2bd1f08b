#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Migrations on a cluster of the test's own, three nodes that all write: see galera.py.
# ZDM_GALERA_LONG=50: two runners fifty times, and a node killed five times.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb
start_server galera

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
# shellcheck disable=SC2086  # one URL a line
python3 "$ZDM_SRCDIR/tests/mariadb/galera.py" "$ZDM_RUN" \
  "$ZDM_SRCDIR/tests/servers/galera.sh" "$scratch" "${ZDM_GALERA_LONG:-0}" $url \
  && failed=0 || failed=$?
exit "$failed"
