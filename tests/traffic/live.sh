# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Every kind of change under the traffic of an old and a new application, on a server of the
# test's own: see traffic.py.  Times are shown, and never judged.
# ZDM_TRAFFIC_LONG=1: on 1,000,000 rows, 50,000 requests a minute of each application, and
# ZDM_TRAFFIC_SECONDS for each phase; of all kinds of change, or those in ZDM_TRAFFIC_KINDS.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

# live ENGINE: prints what became of it, and ends the test.
live () {
  start_server "$1"
  if [ "${ZDM_TRAFFIC_LONG:-0}" = 1 ]; then
    # shellcheck disable=SC2086  # a list of names
    set -- 1000000 50000 "${ZDM_TRAFFIC_SECONDS:-60}" ${ZDM_TRAFFIC_KINDS-}
  else
    set -- 5000 12000 0.3 rename_column alter_column-kind add_column unique lookup split_table composite naive
  fi
  python3 "$ZDM_SRCDIR/tests/traffic/traffic.py" "$ZDM_RUN" "$ZDM_TRAFFIC" "$url" "$@" && failed=0 || failed=$?
  exit "$failed"
}
