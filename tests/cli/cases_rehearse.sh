#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# tests/cases/rehearse: migrations that keep their promises (green), and some
# that are broken on purpose (red), with the reasons.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/cases.sh"

rehearse_green () {
  check_exit 0 "green $2" "$ZDM_RUN" rehearse migration.yaml
  expect_golden stdout "$1/expected.txt"
}

rehearse_red () {
  check_exit 9 "red $2" "$ZDM_RUN" rehearse migration.yaml
  expect_golden stdout "$1/expected.txt"
}

each_case rehearse/green rehearse_green
each_case rehearse/red rehearse_red
done_testing
