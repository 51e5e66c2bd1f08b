#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# --engine and --engine-version: right and wrong.  What they change is up to the rules.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

for good in '--engine postgres' '--engine postgres:16,sqlite' '--engine PostgreSQL:15.3' \
  '--engine mysql --engine-version 8.0.29' '--engine-version postgres=16' \
  '--engine-version postgres=16,mariadb=10.11' \
  '--engine postgres:14 --engine-version 16' \
  '--engine sqlite,postgres --engine-version sqlite=3.45'; do
  # shellcheck disable=SC2086  # a list of words
  check_exit 0 "takes $good" "$ZDM_RUN" --validate-only $good rename.yaml
  # shellcheck disable=SC2086
  check_exit 0 "to plan as well" "$ZDM_RUN" plan $good rename.yaml
done

wrong () {
  message=$1
  shift
  check_exit 2 "refuses $*" "$ZDM_RUN" --validate-only "$@" rename.yaml
  expect_stderr_has "$message"
  expect_no_stdout
}

wrong "--engine: 'postgress' is no engine: expected postgres, mariadb, mysql or sqlite; did you mean 'postgres'?" \
  --engine postgress
wrong "--engine: 'oracle' is no engine" --engine oracle
wrong "--engine: '' is no engine" --engine ''
wrong "--engine: '' is no engine" --engine postgres,
wrong "--engine: '16x' is no version of postgres" --engine postgres:16x
wrong "--engine: '' is no version of postgres" --engine postgres:
wrong "--engine-version: '16' is of no engine: say postgres=16" --engine-version 16
wrong "--engine-version: '16' is of no engine" --engine postgres,sqlite --engine-version 16
wrong "--engine-version: 'db2' is no engine" --engine-version db2=1
wrong "--engine-version: 'mariadb' is none of the engines that --engine names" \
  --engine postgres --engine-version mariadb=10.11
wrong "--engine-version: 'new' is no version of postgres" --engine-version postgres=new
wrong '--engine-version' --engine-version ''
check_exit 2 'not with a verb that judges nothing' "$ZDM_RUN" schema --engine postgres
expect_stderr_has "--engine does not go with 'schema'"

done_testing
