# SPDX-License-Identifier: Apache-2.0
#
# What tests on MariaDB have at hand, behind lib.sh: a server of their own, and its database
# `test`.
# shellcheck shell=sh disable=SC2154  # url is lib.sh's

needs mariadb
start_server mariadb
base=${url%/*}
port=${base##*:}

# sql DATABASE STATEMENTS
sql () { mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" -N -B "$1" -e "$2"; }
zdm () { "$ZDM_RUN" -q --url "$base/test" "$@"; }
run () { zdm --fail-on never "$@"; }

# cut TEXT N COMMAND…: one that is without connection from the Nth statement on that holds TEXT.
cut () {
  rm -f way
  python3 "$ZDM_SRCDIR/tests/mariadb/cut.py" "$port" "$1" "$2" >way &
  way=$!
  place="$1 ($2)"
  shift 2
  while [ ! -s way ]; do sleep 0.05; done
  check_exit 4 "cut off at $place" "$ZDM_RUN" -q "$@" --url "mariadb://root@127.0.0.1:$(cat way)/test"
  kill "$way"
  wait "$way" 2>/dev/null
}
