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
