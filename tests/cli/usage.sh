#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Right and wrong usage: verbs, options, arguments.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

check_exit 2 'no arguments' "$ZDM_RUN"
expect_no_stdout
expect_stderr - <<'TEXT'
zdm-run: an argument is missing: zdm-run [OPTION…] FILE…
zdm-run: try 'zdm-run --help'
TEXT

check_exit 2 'an unknown verb' "$ZDM_RUN" rehearce rename.yaml
expect_stderr_has "'rehearce' is neither a verb nor a file; did you mean 'rehearse'?"
check_exit 2 'nothing like a verb' "$ZDM_RUN" xyzzyplugh
expect_stderr_has "'xyzzyplugh' is neither a verb nor a file"
check_exit 2 'an unknown option' "$ZDM_RUN" --fial-at 2 rename.yaml
expect_stderr_has "unknown option '--fial-at'; did you mean '--fail-at'?"
check_exit 2 'an unknown letter' "$ZDM_RUN" -Z rename.yaml
expect_stderr_has "unknown option '-Z'"
check_exit 2 'an option of another verb' "$ZDM_RUN" plan --until migrating rename.yaml
expect_stderr_has "--until does not go with 'plan'"
check_exit 2 'an argument is missing' "$ZDM_RUN" rename.yaml --output
expect_stderr_has 'Missing argument for --output'
check_exit 2 'an argument too much' "$ZDM_RUN" rename.yaml --quiet=yes
expect_stderr_has '--quiet takes no argument'
check_exit 2 'a verb without file' "$ZDM_RUN" plan
expect_stderr_has 'an argument is missing: zdm-run plan [OPTION…] FILE…'
check_exit 2 'too many arguments' "$ZDM_RUN" schema rename.yaml
expect_stderr_has "'rename.yaml' is too much"
check_exit 2 'standard input twice' "$ZDM_RUN" - -
expect_stderr_has 'can be read only once'

for bad in '--until nowhere' '--until pending' '--fail-at 0' '--fail-at x' '--fail-at -1' \
  '--fail-at 99999999999999999999' '--fail-on info' '--format yaml' '--max-rows -1' \
  '--color sometimes' '--url app.db' '--url sqlite:' '--url=' '--lock-timeout 1h' \
  '--wait-lock -1' '--batch-size 0' '--seed-data' '--url sqlite:x --accept-loss'; do
  # shellcheck disable=SC2086  # a list of words
  check_exit 2 "refuses $bad" "$ZDM_RUN" $bad rename.yaml
  expect_no_stdout
done

check_exit 0 'phases in any case' "$ZDM_RUN" --until EXPANDING rename.yaml
expect_stdout_has 'Phase: EXPANDING'
check_exit 0 'options before the verb' "$ZDM_RUN" --format json plan rename.yaml
expect_stdout_has '"rollback"'
check_exit 0 'options at the end' "$ZDM_RUN" rename.yaml -q
expect_no_stdout
check_exit 0 'the last of an option counts' "$ZDM_RUN" --format json --format text rename.yaml
expect_stdout_has 'Phase: COMPLETE'

cp rename.yaml plan
check_exit 0 'a file called as a verb, by --' "$ZDM_RUN" -- plan
expect_stdout_has 'Phase: COMPLETE'
check_exit 0 'a file called as a verb, by a slash' "$ZDM_RUN" ./plan
expect_stdout_has 'Phase: COMPLETE'
check_exit 0 'the verb, then the file' "$ZDM_RUN" plan plan
expect_stdout_has 'Plan: Rename users.name'
cp rename.yaml ./-q
check_exit 0 'a file called as an option' "$ZDM_RUN" -- -q
expect_stdout_has 'Phase: COMPLETE'
cp rename.yaml migration
check_exit 0 'a word that is a file here' "$ZDM_RUN" migration

check_exit 0 'help' "$ZDM_RUN" --help
expect_stdout_has 'Usage: zdm-run [OPTION…] FILE…'
expect_stdout_has 'Exit codes:'
check_exit 0 'help by a letter' "$ZDM_RUN" -h
for verb in plan rehearse contract continue abort status history verify new schema explain completion; do
  check_exit 0 "help of $verb" "$ZDM_RUN" "$verb" --help
  expect_stdout_has "Usage: zdm-run $verb [OPTION…]"
done
check_exit 0 'the version of a verb' "$ZDM_RUN" plan --version
expect_stdout_has 'zdm-run '

done_testing
