#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# tests/cases/rollback: migrations that fail by themselves, and leave the start.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/cases.sh"

roll_back_case () {
  check_exit 3 "$2" "$ZDM_RUN" -v migration.yaml
  expect_golden stdout "$1/expected.txt"
  tables_of migration.yaml --fail-at 1 >"$scratch/start"
  tables_of migration.yaml >"$scratch/tables"
  check "$2 leaves the start" cmp -s "$scratch/start" "$scratch/tables"
}

each_case rollback roll_back_case
done_testing
