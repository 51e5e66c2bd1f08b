#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# tests/cases/run: migrations that complete, with their tables at the end; and
# each of them again with a fault at every step.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/cases.sh"

run_case () {
  # shellcheck disable=SC2086  # a list of words
  check_exit 0 "$2" "$ZDM_RUN" -v $options migration.yaml
  expect_golden stdout "$1/expected.txt"
  check_faults migration.yaml "$2"
}

each_case run run_case
done_testing
