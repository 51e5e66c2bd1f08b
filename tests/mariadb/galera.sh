#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Migrations on a cluster of the test's own, three nodes that all write: see galera.py,
# galera_lost.py, galera_oracle.py, galera_kill.py, and traffic.py and soak.py of traffic/.
# ZDM_GALERA_LONG=50: two runners fifty times; a node lost fifty times; every file of
# migrations/ and case of tests/cases/run and rollback beside memory, and killed; all kinds
# of change under traffic, and ten minutes of kills under it.  ZDM_GALERA_PARTS=lost,oracle:
# these alone.
# shellcheck disable=SC2154  # scratch and url are lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
needs mariadb mariadb-dump
start_server galera
nodes=$(printf '%s\n' "$url" | paste -sd,)
long=${ZDM_GALERA_LONG:-0}
parts=",${ZDM_GALERA_PARTS:-changes,lost,oracle,kill,traffic,soak},"
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

# part NAME FILE WORD…: a test of its own, whose results are shown, and are one of this test.
part () {
  case $parts in *",$1,"*) ;; *) return ;; esac
  name=$1 file=$2
  shift 2
  python3 "$ZDM_SRCDIR/tests/$file" "$@" >"$scratch/said" 2>&1 && failed=0 || failed=$?
  grep -v '^1\.\.' "$scratch/said" | sed 's/^\(not \)\{0,1\}ok [0-9]* -/# \1ok:/; /^#/!s/^/# /'
  check "$name" test "$failed" -eq 0
}

# files [N]: all that can be migrated, or each N-th of them.
files () {
  printf '%s\n' "$ZDM_SRCDIR"/migrations/*.yaml "$ZDM_SRCDIR"/tests/cases/run/*/migration.yaml \
    "$ZDM_SRCDIR"/tests/cases/rollback/*/migration.yaml | sed -n "1~${1:-1}p"
}

if [ "$long" -gt 0 ]; then
  times=$long lives=$long rows=100000 rate=20000 seconds=5 soak=600
  compared=$(files) killed=$(files 3) kinds=
else
  times=2 lives=1 rows=5000 rate=12000 seconds=0.2
  compared=$(for n in 003 005 011; do echo "$ZDM_SRCDIR/migrations/MIG-$n.yaml"; done)
  kinds=rename_table
fi
# shellcheck disable=SC2086  # lists
{
  part changes mariadb/galera.py "$ZDM_RUN" "$nodes" "$times"
  part oracle mariadb/galera_oracle.py "$ZDM_RUN" "$nodes" $compared
  [ "$long" -eq 0 ] || part kill mariadb/galera_kill.py "$ZDM_RUN" "$nodes" chain $killed
  part traffic traffic/traffic.py "$ZDM_RUN" "$ZDM_TRAFFIC" "$nodes" "$rows" "$rate" "$seconds" $kinds
  [ "$long" -eq 0 ] || part soak traffic/soak.py "$ZDM_RUN" "$ZDM_TRAFFIC" "$nodes" "$rows" "$rate" "$soak"
  part lost mariadb/galera_lost.py "$ZDM_RUN" "$nodes" "$ZDM_SRCDIR/tests/servers/galera.sh" \
    "$scratch" "$lives"
}
done_testing
