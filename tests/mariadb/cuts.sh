#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs whose connection is cut, on a server of the test's own: see cuts.py.
# ZDM_CUTS_LONG=N: every N-th request of more files (1: hours).
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
start_server mariadb

stride=${ZDM_CUTS_LONG:-83}
set -- "$stride" "$ZDM_SRCDIR/migrations/MIG-002.yaml"
if [ -n "${ZDM_CUTS_LONG-}" ]; then
  for number in 001 010 011 017 020 022 027; do
    set -- "$@" "$ZDM_SRCDIR/migrations/MIG-$number.yaml"
  done
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
python3 "$ZDM_SRCDIR/tests/mariadb/cuts.py" "$ZDM_RUN" "$url" "$@" && failed=0 || failed=$?
exit "$failed"
