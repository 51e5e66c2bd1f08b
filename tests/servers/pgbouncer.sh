#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# PgBouncer for tests, on 127.0.0.1 and a free port, before a server of postgres.sh.
#
#   pgbouncer.sh start DIR URL MODE [OWNER]   prints its URL, to the same database; MODE is
#                                             session, transaction or statement; it stops by
#                                             itself once the process OWNER is gone
#   pgbouncer.sh stop DIR                     stops all that were started there
#
# Exit code 77: PgBouncer is not installed. Root gives way to the user postgres, because it
# refuses root.

PATH=$PATH:/usr/sbin:/sbin

. "$(dirname "$0")/process.sh"

configure () {
  cat <<END >"$home/$mode.ini"
[databases]
* = host=127.0.0.1 port=$server_port user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = $mode
default_pool_size = 8
max_client_conn = 500
logfile =
END
}

# Whether the pooler of process $1 says that it listens.
wait_for_start () {
  for _ in $(seq 100); do
    is_alive "$1" || return 1
    grep -q 'process up' "$home/$mode.log" && return
    sleep 0.1
  done
  return 1
}

# Another process may take the port before the pooler does.
launch () {
  for _ in 1 2 3 4 5 6 7 8; do
    port=$(random_port)
    configure
    (become postgres pgbouncer "$home/$mode.ini" </dev/null >"$home/$mode.log" 2>&1 \
      & echo $! >"$home/$mode.process")
    wait_for_start "$(cat "$home/$mode.process")" && return
    kill -9 "$(cat "$home/$mode.process")" 2>/dev/null
  done
  cat "$home/$mode.log" >&2
  fail 1 'the pooler does not start'
}

watch () {
  while is_alive "$1" && [ -e "$home/$mode.process" ]; do
    sleep 1
  done
  [ ! -e "$home/$mode.process" ] || kill "$process" 2>/dev/null
}

start () {
  command -v pgbouncer >/dev/null || fail 77 'PgBouncer is not installed'
  server_port=${1##*:}
  server_port=${server_port%%/*}
  mode=$2
  mkdir -p "$home" || exit 1
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$home" || fail 77 'there is no user postgres for the pooler to run as'
    chmod 711 "$(dirname "$home")"
  fi
  launch
  process=$(cat "$home/$mode.process")
  if [ -n "${3-}" ]; then
    # exec: a redirected function keeps what it was redirected from open.
    (exec </dev/null >/dev/null 2>&1; watch "$3") &
  fi
  echo "postgresql://postgres@127.0.0.1:$port/${1##*/}"
}

stop () {
  for file in "$home"/*.process; do
    [ ! -e "$file" ] || kill "$(cat "$file")" 2>/dev/null
  done
  rm -rf "$home"
}

usage='usage: pgbouncer.sh start DIR URL MODE [OWNER] | stop DIR'
[ $# -ge 2 ] || fail 2 "$usage"
verb=$1
mkdir -p "$2" || exit 1
home=$(cd "$2" && pwd)/pgbouncer
shift 2
case $verb in
  start) [ $# -ge 2 ] || fail 2 "$usage"; start "$@" ;;
  stop) stop ;;
  *) fail 2 "$usage" ;;
esac
