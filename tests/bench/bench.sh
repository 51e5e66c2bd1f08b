#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# `make bench`: figures beside their goals. See doc/performance.md.
#
# What is compared is measured in turns in the same run. Nothing here fails when
# a goal is missed: it says "short".
set -eu

: "${ZDM_RUN:?}" "${ZDM_SRCDIR:?}" "${BENCH_PROGRAMS:?}"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/zdm-bench-XXXXXX")
trap 'cd / && rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch"

# ---- figures ----

# measure ROUNDS COMMAND [-- COMMAND]…: then `field LINE COLUMN` is a figure of
# the command in that line: 1 milliseconds, 2 KiB, 3 exit code, 4 milliseconds
# of the processor.
measure () {
  "$BENCH_PROGRAMS/bench_process" "$@" >figures
  if ! awk '$3 != 0 { exit 1 }' figures; then
    echo "bench: a command failed: $*" >&2
    exit 1
  fi
}

field () { awk -v line="$1" -v column="$2" 'NR == line { print $column }' figures; }

calculate () { awk "BEGIN { printf \"$1\", $2 }"; }

heading () { printf '\n%s\n' "$1"; }

# figure WHAT VALUE UNIT
figure () { printf '  %-48s %10s %s\n' "$1" "$2" "$3"; }

# goal WHAT VALUE UNIT LIMIT: the same, to be at most LIMIT.
goal () {
  verdict=$(calculate %s "$2 <= $4 ? \"pass\" : \"short\"")
  printf '  %-48s %10s %-10s goal <= %s: %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

mib () { calculate %.1f "$1 / 1024"; }

# ---- files ----

head_of_users () {
  cat <<EOF
id: BENCH
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
    - { name: email, type: TEXT$1 }
  rows:
EOF
}

# inline_rows N: {id, name, email}.
inline_rows () {
  awk -v n="$1" 'BEGIN {
    for (i = 1; i <= n; i++)
      printf "    - { id: %d, name: user%d, email: user%d@example.com }\n", i, i, i
  }'
}

rename_name () { echo 'change: { rename_column: { from: name, to: display_name } }'; }

# generated_rows ROWS shared|unique TRANSFORM
generated_rows () {
  email='{ choice: [alice@example.com, bob@example.com, null] }'
  unique=
  if [ "$2" = unique ]; then
    email='{ pattern: "user{n}@example.com" }'
    unique=', unique: true'
  fi
  head_of_users "$unique"
  cat <<EOF
    generate: $1
    values:
      id: { sequence: 1 }
      name: { pattern: "user{n}" }
      email: $email
change:
  add_column:
    column: { name: full_name, type: TEXT }
    from: name
    transform: $3
    replaces: name
EOF
  [ "$3" = direct_copy ] || echo '    backward: none'
}

small_file () {
  head_of_users ''
  cat <<EOF
    - { id: 1, name: alice, email: alice@example.com }
    - { id: 2, name: bob, email: null }
$(rename_name)
clients:
  - { name: app-v1, before: contracting, reads: [id, name], writes: [id, name] }
  - { name: app-v2, after: migrating, reads: [id, display_name], writes: [id, display_name] }
EOF
}

# ---- what is measured ----

bench_load () {
  heading 'Loading 300,000 inline rows, and the events of libyaml alone'
  { head_of_users '' && inline_rows 300000 && rename_name; } >inline.yaml
  figure 'file' "$(calculate %.1f "$(wc -c <inline.yaml) / 1e6")" MB
  "$BENCH_PROGRAMS/bench_load" inline.yaml 9 >load.txt
  read -r loader_ms yaml_ms ratio <load.txt
  figure 'loader' "$loader_ms" ms
  figure 'libyaml events' "$yaml_ms" ms
  goal 'loader / libyaml' "$ratio" '' 1.5
  measure 3 "$ZDM_RUN" --validate-only inline.yaml
  figure 'peak memory of --validate-only' "$(mib "$(field 1 2)")" MiB

  # Rows that come before the columns wait in the tree.
  {
    printf 'id: BENCH\ntable:\n  rows:\n'
    inline_rows 300000
    head_of_users '' | sed '1,2d;/rows:/d'
    rename_name
  } >rows-first.yaml
  "$BENCH_PROGRAMS/bench_load" rows-first.yaml 5 >load.txt
  read -r loader_ms yaml_ms ratio <load.txt
  figure 'rows before the columns: loader / libyaml' "$ratio" ''
  measure 3 "$ZDM_RUN" --validate-only rows-first.yaml
  figure 'rows before the columns: peak memory' "$(mib "$(field 1 2)")" MiB
}

# bench_million NAME FILE
bench_million () {
  measure 7 "$ZDM_RUN" "$2"
  goal "$1" "$(field 1 1)" ms 300
  figure "$1, processor time" "$(field 1 4)" ms
  goal "$1, peak memory" "$(mib "$(field 1 2)")" MiB 120
}

bench_rows () {
  heading '1,000,000 generated rows: add a column, fill it, drop the old one (a process)'
  generated_rows 1000000 shared direct_copy >copy.yaml
  generated_rows 1000000 unique direct_copy >unique.yaml
  generated_rows 1000000 shared upper >upper.yaml
  bench_million 'direct_copy' copy.yaml
  bench_million 'direct_copy, unique emails' unique.yaml
  bench_million 'upper' upper.yaml
}

bench_python () {
  command -v python3 >/dev/null || return 0
  heading 'The same in plain Python dictionaries'
  measure 3 "$ZDM_RUN" copy.yaml -- python3 "$ZDM_SRCDIR/tests/bench/plain_dictionaries.py"
  figure 'Python' "$(field 2 1)" ms
  figure 'Python, processor time' "$(field 2 4)" ms
  figure 'Python, peak memory' "$(mib "$(field 2 2)")" MiB
  figure 'Python / zdm-run, time' "$(calculate %.1f "$(field 2 1) / $(field 1 1)")" ''
  figure 'Python / zdm-run, memory' "$(calculate %.1f "$(field 2 2) / $(field 1 2)")" ''
}

# What a rollback and a run cost as rows grow: the rollback must not grow.
bench_growth () {
  heading "As rows grow, transform $1 (in one process)"
  printf '  %10s %10s %10s %10s %13s %11s %13s\n' \
    rows 'load ms' 'open ms' 'run ms' 'rollback us' 'peak MiB' 'ns per row'
  for rows in 10000 100000 1000000 10000000; do
    generated_rows $rows shared "$1" >growth.yaml
    "$BENCH_PROGRAMS/bench_process" 1 "$ZDM_RUN" growth.yaml >figures
    peak=$(mib "$(field 1 2)")
    for _ in 1 2 3; do "$BENCH_PROGRAMS/bench_engine" growth.yaml; done |
      sort -n | sed -n 2p >engine.txt
    read -r load_ms open_ms run_ms rollback_us <engine.txt
    printf '  %10d %10s %10s %10s %13s %11s %13s\n' "$rows" "$load_ms" "$open_ms" \
      "$run_ms" "$rollback_us" "$peak" \
      "$(calculate %.0f "($load_ms + $open_ms + $run_ms) * 1e6 / $rows")"
  done
}

bench_start () {
  heading 'A whole process on a file of two rows, and one that does nothing'
  small_file >small.yaml
  measure 301 true -- "$ZDM_RUN" small.yaml
  figure 'true' "$(field 1 1)" ms
  figure 'zdm-run FILE' "$(field 2 1)" ms
  goal 'zdm-run - true' "$(calculate %.2f "$(field 2 1) - $(field 1 1)")" ms 5
}

bench_files () {
  heading 'zdm-run --validate-only FILE…'
  mkdir files
  small_file >small.yaml
  for n in $(seq 4000); do
    sed "s/^id: BENCH/&-$n/" small.yaml >"files/$n.yaml"
  done
  for n in 100 1000 4000; do
    # shellcheck disable=SC2046
    measure 5 "$ZDM_RUN" --validate-only $(seq -f files/%g.yaml $n)
    figure "$n files" "$(calculate %.0f "$n / $(field 1 1) * 1000")" 'files/s'
    figure "$n files, peak memory" "$(field 1 2)" KiB
    [ "$n" != 100 ] || few=$(field 1 2)
  done
  goal 'growth of the peak, 100 to 4,000 files' \
    "$(calculate %.2f "$(field 1 2) / $few")" '' 1.1
}

# The examples again and again, each copy under an id of its own.
many_examples () {
  mkdir examples
  n=0
  while [ "$n" -lt "$1" ]; do
    for example in "$ZDM_SRCDIR"/migrations/*.yaml; do
      [ "$n" -lt "$1" ] || break
      n=$((n + 1))
      sed "s/^id: .*/&-$n/" "$example" >"examples/$n.yaml"
    done
  done
}

bench_rules () {
  heading 'zdm-run --validate-only on 1,000 files, all rules, and libyaml alone on the same'
  many_examples 1000
  files=$(seq -f examples/%g.yaml 1000)
  # shellcheck disable=SC2086
  measure 9 "$ZDM_RUN" --validate-only $files -- "$BENCH_PROGRAMS/bench_yaml" $files
  figure 'zdm-run' "$(calculate %.0f "1000 / $(field 1 1) * 1000")" 'files/s'
  figure 'libyaml events' "$(calculate %.0f "1000 / $(field 2 1) * 1000")" 'files/s'
  goal 'zdm-run / libyaml' "$(calculate %.2f "$(field 1 1) / $(field 2 1)")" '' 5
}

bench_sql () {
  heading "1,000 texts of raw SQL, all rules, and PostgreSQL's parser alone"
  "$BENCH_PROGRAMS/bench_sql" >sql.txt
  if [ ! -s sql.txt ]; then
    echo '  this build has no parser for PostgreSQL'
    return
  fi
  read -r statements parser_ms analysis_ms rules_ms analysis_ratio rules_ratio <sql.txt
  figure 'statements' "$statements" ''
  figure 'parser' "$parser_ms" ms
  figure 'analysis' "$analysis_ms" ms
  figure 'analysis and rules' "$rules_ms" ms
  figure 'analysis / parser' "$analysis_ratio" ''
  goal 'analysis and rules / parser' "$rules_ratio" '' 2
}

# shellcheck source=tests/bench/sqlite.sh
. "$ZDM_SRCDIR/tests/bench/sqlite.sh"
# shellcheck source=tests/bench/postgres.sh
. "$ZDM_SRCDIR/tests/bench/postgres.sh"
# shellcheck source=tests/bench/mariadb.sh
. "$ZDM_SRCDIR/tests/bench/mariadb.sh"

echo "zdm-run: $("$ZDM_RUN" --version), $(nproc 2>/dev/null || echo '?') cores"
if [ -n "${BENCH_ONLY-}" ]; then
  "bench_$BENCH_ONLY"
  exit
fi
bench_load
bench_rows
bench_python
bench_growth direct_copy
bench_growth upper
bench_start
bench_files
bench_rules
bench_sql
bench_sqlite
bench_postgres
bench_mariadb
