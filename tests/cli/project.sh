#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm.yaml: where it is found, what it changes, how it may be wrong.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

validate () { "$ZDM_RUN" --validate-only "$@"; }

mkdir -p one/two three
sed s/MIG-005/MIG-006/ empty.yaml >one/two/empty.yaml
cp empty.yaml three/empty.yaml

echo 'rules: { ZDM001: error }' >one/zdm.yaml
check_exit 1 'a folder above has it' validate one/two/empty.yaml
expect_stderr_has 'one/two/empty.yaml:1:1: error[ZDM001-no-steps]'
check_exit 0 'another one has not' validate three/empty.yaml
expect_stderr_has 'three/empty.yaml:1:1: warning[ZDM001-no-steps]'
check_exit 1 'each file has its own' validate three/empty.yaml one/two/empty.yaml
expect_stdout_has 'three/empty.yaml: ok (1 warning)'
expect_stdout_has 'one/two/empty.yaml: refused (1 error'
check_exit 1 'from within the folder' sh -c 'cd one/two && "$ZDM_RUN" --validate-only empty.yaml'
check_exit 1 'and for standard input' \
  sh -c 'cd one && "$ZDM_RUN" --validate-only - <two/empty.yaml'
check_exit 0 'it may be left out' validate --no-config one/two/empty.yaml
expect_stderr_has 'warning[ZDM001-no-steps]'
check_exit 1 'or named' validate --config one/zdm.yaml three/empty.yaml
check_exit 2 'not both' validate --config one/zdm.yaml --no-config three/empty.yaml
expect_stderr_has '--config does not go with --no-config'
check_exit 1 'a run is judged by it' "$ZDM_RUN" one/two/empty.yaml
mkdir one/two/.git
check_exit 0 'a repository ends the search' validate one/two/empty.yaml

# Severities
echo 'rules: { zdm001-no-steps: off }' >zdm.yaml
check_exit 0 'a rule is off' validate --fail-on warning empty.yaml
expect_no_stderr
echo 'rules: { ZDM001: info }' >zdm.yaml
check_exit 0 'a rule only informs' validate --fail-on warning empty.yaml
expect_stderr_has 'info[ZDM001-no-steps]'
sed 's/^steps/allow: [{ rule: ZDM001, reason: later }]\nsteps/' empty.yaml >allowed.yaml
echo 'rules: { ZDM001: off }' >zdm.yaml
check_exit 0 'what a rule that is off allows is used' validate --fail-on warning allowed.yaml
expect_no_stderr

# Limits and names
echo 'limits: { steps: 1 }' >zdm.yaml
sed '/^clients/,$d; /^change/,$d' rename.yaml >many.yaml
cat >>many.yaml <<'YAML'
change:
  - add_column: { column: { name: a, type: TEXT } }
  - add_column: { column: { name: b, type: TEXT } }
YAML
check_exit 0 'the limit of steps' validate many.yaml
expect_stderr_has 'Migration has 2 changes, more than 1'
cat >zdm.yaml <<'YAML'
rules: { ZDM390: error }
naming: { column: "[b-z]" }
YAML
check_exit 1 'names' validate many.yaml
expect_stderr_has "error[ZDM390-naming]: The column 'a' does not match the project's pattern '[b-z]'"
check 'only new and wrong ones' test "$(grep -c 'error\[' "$scratch/stderr")" -eq 1

# Engines
echo 'engines: { postgres: "15", sqlite: }' >zdm.yaml
check_exit 0 'engines' validate rename.yaml
check_exit 0 'may be overruled' validate --engine mariadb:10.6 rename.yaml

# Wrong
cat >zdm.yaml <<'YAML'
engines: { postgress: "15", mariadb: "x" }
rules: { ZDM0001: error, ZDM001: error, zdm001-no-steps: error, ZDM002: eror, ZDM999: off }
naming: { column: "[a-z", tables: x }
limits: { steps: none }
colour: blue
YAML
check_exit 1 'findings of zdm.yaml' validate --fail-on never rename.yaml unsafe.yaml
expect_stdout - <<'TEXT'
rename.yaml: refused (10 errors)
unsafe.yaml: ok (1 error)
TEXT
expect_stderr_has "zdm.yaml:1:12: error: there is no engine 'postgress'"
expect_stderr_has "did you mean 'postgres'?"
expect_stderr_has "zdm.yaml:1:29: error: 'x' is no version of mariadb"
expect_stderr_has "zdm.yaml:2:10: error: there is no rule 'ZDM0001'"
expect_stderr_has "zdm.yaml:2:41: error: rule ZDM001-no-steps is named twice"
expect_stderr_has "zdm.yaml:2:73: error: 'ZDM002' must be off, info, warning or error, not 'eror'"
expect_stderr_has "zdm.yaml:2:79: error: there is no rule 'ZDM999'"
expect_stderr_has "zdm.yaml:3:19: error: 'column': "
expect_stderr_has "zdm.yaml:3:27: error: unknown key 'tables' in naming"
expect_stderr_has "zdm.yaml:4:18: error: 'steps' must be a number"
expect_stderr_has "zdm.yaml:5:1: error: unknown key 'colour' in a project"
check_exit 1 'nothing runs' "$ZDM_RUN" rename.yaml
expect_no_stdout
check_exit 1 'it may stand among the migrations' validate zdm.yaml rename.yaml
expect_stdout - <<'TEXT'
zdm.yaml: refused (10 errors)
rename.yaml: ok
TEXT
check_exit 1 'after them too' validate rename.yaml ./zdm.yaml
expect_stdout - <<'TEXT'
rename.yaml: refused (10 errors)
./zdm.yaml: refused
TEXT
check_exit 0 'a good one is ok' validate one/zdm.yaml
expect_stdout - <<'TEXT'
one/zdm.yaml: ok
TEXT
check_exit 1 'but it does not run' "$ZDM_RUN" --no-config one/zdm.yaml
echo ']' >zdm.yaml
check_exit 1 'what is no YAML' validate rename.yaml
expect_stderr_has 'zdm.yaml:1:1: error: '
check_exit 1 'a project that is not there' validate --config none.yaml rename.yaml
expect_stderr_has 'none.yaml: error: cannot read the file'
rm zdm.yaml
mkdir zdm.yaml
check_exit 1 'a folder of that name' validate rename.yaml
expect_stderr_has 'zdm.yaml: error: cannot read the file'

done_testing
