#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A Galera cluster of three MariaDB servers for tests, on 127.0.0.1 and free ports.
#
#   galera.sh start DIR [OWNER]     prints the URL of each node, one a line; the nodes stop
#                                   by themselves once the process OWNER is gone
#   galera.sh kill DIR NODE         kills the node NODE (1, 2, 3)
#   galera.sh rejoin DIR NODE [anew]  brings it back, with what it had (the others send what it
#                                   lacks: IST), or with nothing (one sends everything: SST)
#   galera.sh stop DIR              stops them and removes DIR/galera
#
# Exit code 77: MariaDB, Galera, or what a node gets another one's data with is not
# installed. Root gives way to the user mysql, because the server refuses root.

PATH=$PATH:/usr/sbin:/sbin
provider=/usr/lib/galera/libgalera_smm.so

. "$(dirname "$0")/process.sh"

need_programs () {
  for program in mariadbd mariadb mariadb-install-db rsync lsof socat; do
    command -v "$program" >/dev/null || fail 77 "$program is not installed"
  done
  [ -e "$provider" ] || fail 77 'Galera (galera-4) is not installed'
}

# A server that starts deletes all #sql* in its folder of temporary files, also those of
# another server: each has a folder of its own.
as_server () {
  TMPDIR=$node/tmp
  export TMPDIR
  become mysql "$@"
}

# Whether the node of process $1 at port $2 has what the others have, and takes connections.
wait_for_start () {
  for _ in $(seq 300); do
    is_alive "$1" || return 1
    mariadb --no-defaults -h 127.0.0.1 -P "$2" -u root -N -e \
      "SHOW STATUS LIKE 'wsrep_local_state_comment'" 2>/dev/null | grep -q Synced && return
    sleep 0.1
  done
  return 1
}

# The node $1 at port $2, the first of five: of the server, of the cluster, of what a node
# lacks (IST), and of all that it has (SST), which takes one more.  More words are those of
# the server.
run_node () {
  node=$home/$1 port=$2
  shift 2
  (as_server mariadbd --no-defaults --datadir="$node/data" --bind-address=127.0.0.1 \
    --port="$port" --socket="$node/data/socket" --pid-file="$node/data/pid" \
    --skip-name-resolve --skip-networking=0 --innodb-flush-log-at-trx-commit=0 \
    --innodb-buffer-pool-size=32M --innodb-log-file-size=16M --innodb-flush-method=nosync \
    --innodb-doublewrite=0 --binlog-format=ROW --innodb-autoinc-lock-mode=2 \
    --wsrep-on=ON --wsrep-provider="$provider" --wsrep-cluster-name="$(cat "$home/name")" \
    --wsrep-node-address="127.0.0.1:$((port + 1))" --wsrep-slave-threads=2 \
    --wsrep-sst-method=rsync --wsrep-sst-receive-address="127.0.0.1:$((port + 3))" \
    --wsrep-provider-options="base_port=$((port + 1));base_host=127.0.0.1;gmcast.listen_addr=tcp://127.0.0.1:$((port + 1));ist.recv_addr=127.0.0.1:$((port + 2));gcache.size=64M;gcache.page_size=16M;evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S" \
    --skip-log-error --console "$@" \
    </dev/null >"$node/log" 2>&1 & echo $! >"$node/process")
  process=$(cat "$node/process")
  if wait_for_start "$process" "$port"; then
    echo "$port" >"$node/port"
    return
  fi
  kill -9 "$process" 2>/dev/null
  return 1
}

# Another process may take a port before the node does.
launch () {
  number=$1
  shift
  for _ in 1 2 3; do
    run_node "$number" "$(random_port)" "$@" && return
  done
  cat "$home/$number/log" >&2
  return 1
}

# Outlives this script, and the owner by a second.
watch () {
  while is_alive "$1" && [ -d "$home" ]; do
    sleep 1
  done
  stop
}

give_up () {
  stop
  fail 1 'the nodes do not start'
}

make_folders () {
  for number in 1 2 3; do
    mkdir -p "$home/$number/data" "$home/$number/tmp" || exit 1
  done
  [ "$(id -u)" -eq 0 ] || return 0
  chown -R mysql "$home" 2>/dev/null || fail 77 'there is no user mysql for the servers to run as'
  chmod 711 "$(dirname "$home")"
}

make_data () {
  node=$home/1
  (as_server mariadb-install-db --no-defaults --auth-root-authentication-method=normal \
    --datadir="$node/data" --skip-test-db) >"$home/install.log" 2>&1 \
    || { cat "$home/install.log" >&2; exit 1; }
}

start () {
  need_programs
  make_folders
  echo "zdm-$$" >"$home/name"
  make_data
  if [ -n "$1" ]; then
    # exec: a redirected function keeps what it was redirected from open.
    (exec </dev/null >/dev/null 2>&1; watch "$1") &
  fi
  launch 1 --wsrep-new-cluster --wsrep-cluster-address=gcomm:// || give_up
  first=127.0.0.1:$(($(cat "$home/1/port") + 1))
  (launch 2 --wsrep-cluster-address="gcomm://$first") &
  (launch 3 --wsrep-cluster-address="gcomm://$first") || give_up
  wait $! || give_up
  for number in 1 2 3; do
    echo "mariadb://root@127.0.0.1:$(cat "$home/$number/port")/mysql"
  done
}

kill_node () {
  process=$(cat "$home/$1/process")
  kill -9 "$process"
  wait_for_end "$process"
}

# Where all others listen for nodes.
other_nodes () {
  for number in 1 2 3; do
    [ "$number" -eq "$1" ] || echo "127.0.0.1:$(($(cat "$home/$number/port") + 1))"
  done | paste -sd,
}

# What the node $1 has is known to InnoDB alone: a killed one has not written it down.
position () {
  node=$home/$1
  (as_server mariadbd --no-defaults --datadir="$node/data" --wsrep-on=ON --wsrep-recover \
    --wsrep-provider="$provider" --wsrep-cluster-address=gcomm:// --binlog-format=ROW \
    --innodb-autoinc-lock-mode=2 --skip-networking --innodb-log-file-size=16M --innodb-buffer-pool-size=32M \
    --socket="$node/data/socket" --skip-log-error --console) </dev/null >"$node/recover" 2>&1
  sed -n 's/.*WSREP: Recovered position: //p' "$node/recover" | tail -n 1
}

rejoin () {
  others=$(other_nodes "$1")
  if [ "$2" = anew ]; then
    rm -rf "$home/$1/data"
    mkdir "$home/$1/data"
    [ "$(id -u)" -ne 0 ] || chown mysql "$home/$1/data"
    set -- "$1"
  else
    set -- "$1" --wsrep-start-position="$(position "$1")"
  fi
  number=$1
  shift
  # What got the data before may still have its port.
  for _ in 1 2 3; do
    run_node "$number" "$(cat "$home/$number/port")" --wsrep-cluster-address="gcomm://$others" \
      "$@" && return
    sleep 2
  done
  cat "$home/$number/log" >&2
  exit 1
}

stop () {
  for number in 3 2 1; do
    [ -e "$home/$number/process" ] || continue
    process=$(cat "$home/$number/process")
    kill -9 "$process" 2>/dev/null
    wait_for_end "$process"
  done
  rm -rf "$home"
}

usage='usage: galera.sh start|kill|rejoin|stop DIR [OWNER|NODE]'
[ $# -ge 2 ] || fail 2 "$usage"
mkdir -p "$2" || exit 1
home=$(cd "$2" && pwd)/galera
case $1 in
  start) start "${3-}" ;;
  kill) kill_node "${3:?which node}" ;;
  rejoin) rejoin "${3:?which node}" "${4-}" ;;
  stop) stop ;;
  *) fail 2 "$usage" ;;
esac
