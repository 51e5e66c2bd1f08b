#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# tests/cases/refused: migrations that cannot work, and never begin.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/cases.sh"

refuse_case () {
  check_exit 1 "$2" "$ZDM_RUN" migration.yaml
  expect_no_stdout
  expect_golden stderr "$1/expected.txt"
}

each_case refused refuse_case
done_testing
