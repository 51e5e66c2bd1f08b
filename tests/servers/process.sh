# SPDX-License-Identifier: Apache-2.0
#
# What the scripts beside it share, which start and stop servers; they read it in.
# shellcheck shell=sh

# fail EXIT-CODE WHAT
fail () {
  echo "$(basename "$0"): $2" >&2
  exit "$1"
}

# become USER COMMAND…: root gives way to USER; anybody else stays who he is.
become () {
  user=$1
  shift
  if [ "$(id -u)" -ne 0 ]; then
    exec "$@"
  fi
  cd / && exec setpriv --reuid="$user" --regid="$user" --init-groups "$@"
}

random_port () {
  echo $(($(od -An -N2 -tu2 /dev/urandom) % 30000 + 20000))
}

is_alive () {
  kill -0 "$1" 2>/dev/null
}

wait_for_end () {
  for _ in $(seq 300); do
    is_alive "$1" || return 0
    sleep 0.1
  done
}
