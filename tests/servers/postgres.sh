#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A PostgreSQL server for tests, on 127.0.0.1 and a free port.
#
#   postgres.sh start DIR [OWNER]   prints its URL; the server stops by itself once
#                                   the process OWNER is gone
#   postgres.sh replica DIR URL [OWNER]   the same, of a replica of the server at URL
#   postgres.sh promote DIR         makes the replica a primary
#   postgres.sh crash DIR           kills all of its processes
#   postgres.sh restart DIR         the same, and starts it again, on the same port
#   postgres.sh stop DIR            stops it and removes DIR/postgres
#
# It writes to the disk as it likes, which is faster; ZDM_FSYNC=on makes it durable, for
# what is measured.
#
# Exit code 77: PostgreSQL is not installed. Root gives way to the user postgres,
# because the server refuses root.

. "$(dirname "$0")/process.sh"

# The newest of Debian's versions, or what is in the PATH.
find_programs () {
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5nr); do
    if [ -x "$folder/initdb" ]; then
      echo "$folder"
      return
    fi
  done
  program=$(command -v initdb) || fail 77 'PostgreSQL is not installed'
  dirname "$program"
}

as_server () {
  [ "$(id -u)" -ne 0 ] || id postgres >/dev/null 2>&1 \
    || fail 77 'there is no user postgres for the server to run as'
  (become postgres "$@")
}

# Another process may take the port before the server does.
launch () {
  for _ in 1 2 3 4 5 6 7 8; do
    port=$(random_port)
    as_server "$programs/pg_ctl" -D "$home/data" -l "$home/log" -w -s \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=${ZDM_FSYNC:-off}" \
      start >/dev/null 2>&1 && return
  done
  cat "$home/log" >&2
  fail 1 'the server does not start'
}

# Outlives this script, and the owner by a second.
watch () {
  while is_alive "$1" && [ -d "$home/data" ]; do
    sleep 1
  done
  stop
}

make_home () {
  programs=$(find_programs) || exit $?
  mkdir -p "$home" || exit 1
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$home" || fail 77 'there is no user postgres for the server to run as'
    chmod 711 "$(dirname "$home")"
  fi
}

# What was made is started; $1: OWNER
begin () {
  launch
  if [ -n "$1" ]; then
    # exec: a redirected function keeps what it was redirected from open.
    (exec </dev/null >/dev/null 2>&1; watch "$1") &
  fi
  echo "postgresql://postgres@127.0.0.1:$port/postgres"
}

start () {
  make_home
  as_server "$programs/initdb" -D "$home/data" -U postgres -A trust -E UTF8 \
    --locale=C.UTF-8 --no-sync >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; exit 1; }
  begin "$1"
}

replica () {
  make_home
  as_server "$programs/pg_basebackup" -d "$1" -D "$home/data" -R -c fast --no-sync \
    >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; exit 1; }
  begin "$2"
}

promote () {
  programs=$(find_programs) || exit $?
  as_server "$programs/pg_ctl" -D "$home/data" -w -s promote >/dev/null 2>&1 \
    || fail 1 'the replica does not become a primary'
}

crash () {
  programs=$(find_programs) || exit $?
  as_server "$programs/pg_ctl" -D "$home/data" -m immediate -w -s stop >/dev/null 2>&1
}

stop () {
  [ ! -e "$home/data/postmaster.pid" ] || crash
  rm -rf "$home"
}

restart () {
  programs=$(find_programs) || exit $?
  as_server "$programs/pg_ctl" -D "$home/data" -l "$home/log" -m immediate -w -s restart \
    </dev/null >/dev/null 2>&1 || fail 1 'the server does not start again'
}

usage='usage: postgres.sh start|replica|promote|crash|restart|stop DIR [URL] [OWNER]'
[ $# -ge 2 ] || fail 2 "$usage"
mkdir -p "$2" || exit 1
home=$(cd "$2" && pwd)/postgres
case $1 in
  start) start "${3-}" ;;
  replica) replica "${3?"$usage"}" "${4-}" ;;
  promote) promote ;;
  crash) crash ;;
  restart) restart ;;
  stop) stop ;;
  *) fail 2 "$usage" ;;
esac
