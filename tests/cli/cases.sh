# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What the drivers of tests/cases/ share; source it after lib.sh.
# shellcheck disable=SC2034,SC2154  # shared with lib.sh and the drivers

cases=$ZDM_SRCDIR/tests/cases

# expect_golden WHAT FILE: what the last command wrote is what FILE holds; with
# ZDM_UPDATE_GOLDEN=1 it becomes that.
expect_golden () {
  if [ "${ZDM_UPDATE_GOLDEN-}" = 1 ]; then
    mkdir -p "$(dirname "$2")" && cp "$scratch/$1" "$2"
  fi
  expect_same "$1" "$2"
}

# each_case FOLDER FUNCTION: calls it with the path and the name of each case.
# A file `options` beside migration.yaml has options of the run.
each_case () {
  for folder in "$cases/$1"/*/; do
    folder=${folder%/}
    cd "$folder" || exit 1
    options=$(cat options 2>/dev/null)
    "$2" "$folder" "${folder##*/}"
  done
}

# tables_of FILE [OPTION…]: the tables that a run leaves, as JSON.
tables_of () {
  file=$1
  shift
  "$ZDM_RUN" -q --format json --max-rows 100000 "$@" "$file" </dev/null \
    2>"$scratch/stderr" >"$scratch/json"
  status=$?
  sed -n '/^  "tables"/,/^  \]/p' "$scratch/json"
  return "$status"
}

# check_faults FILE: a fault at any step leaves the tables of the start.
check_faults () {
  "$ZDM_RUN" --format json "$1" </dev/null >"$scratch/json" 2>/dev/null
  n_steps=$(grep -c '^    {"index"' "$scratch/json")
  step=1
  while [ "$step" -le "$n_steps" ]; do
    tables_of "$1" --fail-at "$step" >"$scratch/tables"
    status=$?
    # Nothing ran yet when the first step fails.
    [ "$step" -eq 1 ] && cp "$scratch/tables" "$scratch/start"
    if [ "$status" -eq 3 ] && [ -s "$scratch/tables" ] \
      && cmp -s "$scratch/start" "$scratch/tables"; then
      ok "$2: a fault at step $step leaves the start"
    else
      not_ok "$2: a fault at step $step leaves the start"
      echo "# exit code $status"
      diff -u "$scratch/start" "$scratch/tables" | sed 's/^/# /'
    fi
    step=$((step + 1))
  done
}
