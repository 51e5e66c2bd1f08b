#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# tests/cases/plan: what each plan is on an engine, statement by statement.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/cases.sh"

engines=sqlite
"$ZDM_RUN" plan --engine postgres "$ZDM_SRCDIR/migrations/MIG-001.yaml" \
  | grep -q 'postgres: ' && engines="$engines postgres"

# What does not plan has nothing to do on an engine; unit/test_planner has its findings.
plan_case () {
  case $2 in
    error-*) return ;;
  esac
  for engine in $engines; do
    check_exit 0 "$2 on $engine" \
      "$ZDM_RUN" plan --fail-on never --engine "$engine" migration.yaml
    expect_golden stdout "$1/expected.$engine"
  done
}

each_case plan plan_case
done_testing
