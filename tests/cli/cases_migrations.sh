#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# migrations/: every example is valid, runs and rehearses as it always did.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/cases.sh"

cd "$ZDM_SRCDIR" || exit 1
for file in migrations/*.yaml; do
  name=$(basename "$file" .yaml)
  check_exit 0 "$name is valid" "$ZDM_RUN" --validate-only --fail-on warning "$file"
  expected=0
  grep -q '^ *fail: true' "$file" && expected=3
  check_exit "$expected" "$name runs" "$ZDM_RUN" -v --max-rows 8 "$file"
  expect_golden stdout "$cases/migrations/$name/run.txt"
  check_exit 0 "$name rehearses green" "$ZDM_RUN" rehearse "$file"
  expect_golden stdout "$cases/migrations/$name/rehearse.txt"
  check_faults "$file" "$name"
done

check_exit 0 'the first one' "$ZDM_RUN" migrations/MIG-001.yaml
expect_stdout - <<'TEXT'
Migration: Add display_name
Phase: COMPLETE
Progress: 100%
History (3 entries):
  [EXPANDING] Add column 'display_name' (nullable) to 'users'
  [MIGRATING] Backfill 'display_name' from 'default'
  [COMPLETE] Migration finished successfully
TEXT

done_testing
