#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A MariaDB server for tests, on 127.0.0.1 and a free port.
#
#   mariadb.sh start DIR [OWNER]    prints its URL; the server stops by itself once
#                                   the process OWNER is gone
#   mariadb.sh replica DIR URL [OWNER]   the same, of a replica of the server at URL, which
#                                   has its binary log from its first day on
#   mariadb.sh promote DIR          makes the replica a primary, once it has done what it received
#   mariadb.sh crash DIR            kills it
#   mariadb.sh restart DIR          kills it and starts it again, on the same port
#   mariadb.sh stop DIR             stops it and removes DIR/mariadb
#
# It writes to the disk as it likes, which is faster; with ZDM_CRASHES=yes it can be killed
# and loses nothing; with ZDM_FSYNC=on, and a larger cache, its speed is that of a real one.
#
# Exit code 77: MariaDB is not installed. Root gives way to the user mysql, because
# the server refuses root.

PATH=$PATH:/usr/sbin:/sbin

. "$(dirname "$0")/process.sh"

need_programs () {
  for program in mariadbd mariadb-install-db; do
    command -v "$program" >/dev/null || fail 77 'MariaDB is not installed'
  done
}

# A server that starts deletes all #sql* in its folder of temporary files, also those of
# another server: each has a folder of its own.
as_server () {
  TMPDIR=$home/tmp
  export TMPDIR
  become mysql "$@"
}

# Whether the server of process $1 says that it takes connections.
wait_for_start () {
  for _ in $(seq 300); do
    is_alive "$1" || return 1
    grep -q 'ready for connections' "$home/log" && return
    sleep 0.1
  done
  return 1
}

# Whether it takes connections on port $1.  What is common to all of its starts is in
# $home/options.
run_server () {
  : >"$home/log" # what an earlier one said is not this one's
  at_commit=0 doublewrite=0 flush=nosync pool=64M
  [ "${ZDM_CRASHES:-no}" = no ] || at_commit=2 doublewrite=1
  [ "${ZDM_FSYNC:-off}" = off ] || at_commit=1 doublewrite=1 flush=fsync pool=512M
  # shellcheck disable=SC2046  # a list of words
  (as_server mariadbd --no-defaults --datadir="$home/data" --bind-address=127.0.0.1 \
    --port="$1" --socket="$home/data/socket" --pid-file="$home/data/pid" \
    --skip-name-resolve --skip-networking=0 --innodb-flush-log-at-trx-commit=$at_commit \
    --innodb-buffer-pool-size=$pool --log-bin="$home/data/log-bin" \
    $(cat "$home/options") --binlog-format=ROW --innodb-flush-method=$flush --innodb-doublewrite=$doublewrite \
    --skip-log-error --console \
    </dev/null >"$home/log" 2>&1 & echo $! >"$home/process")
  process=$(cat "$home/process")
  wait_for_start "$process" && return
  kill -9 "$process" 2>/dev/null
  return 1
}

# Another process may take the port before the server does.
launch () {
  for _ in 1 2 3 4 5 6 7 8; do
    port=$(random_port)
    run_server "$port" && echo "$port" >"$home/port" && return
  done
  cat "$home/log" >&2
  fail 1 'the server does not start'
}

# Outlives this script, and the owner by a second.
watch () {
  while is_alive "$1" && [ -e "$home/process" ]; do
    sleep 1
  done
  stop
}

# $1: OWNER; $2: options of this server alone
begin () {
  need_programs
  mkdir -p "$home/data" "$home/tmp" || exit 1
  if [ "$(id -u)" -eq 0 ]; then
    chown mysql "$home" "$home/data" "$home/tmp" 2>/dev/null \
      || fail 77 'there is no user mysql for the server to run as'
    chmod 711 "$(dirname "$home")"
  fi
  (as_server mariadb-install-db --no-defaults --auth-root-authentication-method=normal \
    --datadir="$home/data" --skip-test-db) >"$home/install.log" 2>&1 \
    || { cat "$home/install.log" >&2; exit 1; }
  echo "$2" >"$home/options"
  launch
  if [ -n "$1" ]; then
    # exec: a redirected function keeps what it was redirected from open.
    (exec </dev/null >/dev/null 2>&1; watch "$1") &
  fi
  echo "mariadb://root@127.0.0.1:$port/mysql"
}

start () { begin "$1" --server-id=1; }

# at PORT SQL
at () { mariadb --no-defaults -h127.0.0.1 -uroot -P"$1" -N -B -e "$2"; }

# All that the primary has ever logged is done here again.
replica () {
  primary=${1##*:}
  primary=${primary%%/*}
  id=$(at "$primary" 'SELECT @@server_id + 1') || fail 1 'the primary does not answer'
  begin "$2" "--server-id=$id --log-slave-updates --read-only"
  at "$port" "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = $primary,
    MASTER_USER = 'root', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1; START SLAVE" \
    || fail 1 'the replica does not follow'
}

promote () {
  port=$(cat "$home/port")
  for _ in $(seq 600); do
    ! at "$port" 'SHOW SLAVE STATUS' | grep -q 'Slave has read all relay log' || break
    sleep 0.05
  done
  at "$port" 'STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = OFF' \
    || fail 1 'the replica does not become a primary'
}

crash () {
  process=$(cat "$home/process")
  kill -9 "$process"
  wait_for_end "$process"
}

stop () {
  if [ -e "$home/process" ]; then
    process=$(cat "$home/process")
    kill -9 "$process" 2>/dev/null
    wait_for_end "$process"
  fi
  rm -rf "$home"
}

restart () {
  crash
  run_server "$(cat "$home/port")" || { cat "$home/log" >&2; fail 1 'the server does not start again'; }
}

usage='usage: mariadb.sh start|replica|promote|crash|restart|stop DIR [URL] [OWNER]'
[ $# -ge 2 ] || fail 2 "$usage"
mkdir -p "$2" || exit 1
home=$(cd "$2" && pwd)/mariadb
case $1 in
  start) start "${3-}" ;;
  replica) replica "${3?"$usage"}" "${4-}" ;;
  promote) promote ;;
  crash) crash ;;
  restart) restart ;;
  stop) stop ;;
  *) fail 2 "$usage" ;;
esac
