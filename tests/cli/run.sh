#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run FILE…: runs in memory.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

check_exit 0 'a run' "$ZDM_RUN" rename.yaml
expect_no_stderr
expect_stdout - <<'TEXT'
Migration: Rename users.name
Phase: COMPLETE
Progress: 100%
History (4 entries):
  [EXPANDING] Add column 'display_name' (not null) to 'users'
  [MIGRATING] Backfill 'display_name' from 'name'
  [CONTRACTING] Drop column 'name' from 'users'
  [COMPLETE] Migration finished successfully
TEXT

check_exit 0 'a run until a phase' "$ZDM_RUN" --until migrating rename.yaml
expect_no_stderr
expect_stdout - <<'TEXT'
Migration: Rename users.name
Phase: MIGRATING
Progress: 67%
History (2 entries):
  [EXPANDING] Add column 'display_name' (not null) to 'users'
  [MIGRATING] Backfill 'display_name' from 'name'
TEXT

check_exit 3 'a step that fails' "$ZDM_RUN" --fail-at 2 rename.yaml
expect_stdout - <<'TEXT'
Migration: Rename users.name
Phase: ROLLED_BACK
Progress: 0%
History (3 entries):
  [EXPANDING] Add column 'display_name' (not null) to 'users'
  [ROLLBACK] Rolled back: Add column 'display_name' (not null) to 'users'
  [ROLLED_BACK] Step 2 failed (Backfill 'display_name' from 'name'): told to fail at step 2
TEXT
expect_stderr - <<'TEXT'
rename.yaml:12:3: error: step 2 failed: told to fail at step 2
   12 |   rename_column: { from: name, to: display_name }
      |   ^
  step: Backfill 'display_name' from 'name'
  state: nothing outside memory was touched; the tables are as at the start
  next: correct the step or the rows it met, then: zdm-run rehearse rename.yaml
TEXT

check_exit 2 'a step that is not there' "$ZDM_RUN" --fail-at 4 rename.yaml
expect_no_stdout
expect_stderr_has 'error: --fail-at 4: the plan has 3 steps'
expect_stderr_has 'next: see the steps: zdm-run plan rename.yaml'

check_exit 1 'a file that is invalid' "$ZDM_RUN" invalid.yaml
expect_no_stdout
expect_stderr_has "invalid.yaml:5:25: error: unknown type 'INTEGR'"
expect_stderr_has "did you mean 'INTEGER'?"
expect_stderr_has 'state: nothing ran and no database was opened'
expect_stderr_has 'next: correct the file, then: zdm-run --validate-only invalid.yaml'

check_exit 1 'a file that is unsafe' "$ZDM_RUN" unsafe.yaml
expect_no_stdout
expect_stderr_has 'error[ZDM002-contract-without-expand]'

check_exit 1 'an unsafe file never runs' "$ZDM_RUN" --fail-on never unsafe.yaml
expect_no_stdout

check_exit 1 'a file that is not there' "$ZDM_RUN" ./none.yaml
expect_stderr_has './none.yaml: error: cannot read the file: No such file or directory'

check_exit 1 'a folder' "$ZDM_RUN" .
expect_stderr_has '.: error: cannot read the file: Is a directory'

check_exit 0 'standard input' sh -c '"$ZDM_RUN" - <rename.yaml'
expect_stdout_has 'Phase: COMPLETE'

check_exit 3 'standard input has a name and excerpts' \
  sh -c '"$ZDM_RUN" - --fail-at=1 <rename.yaml'
expect_stderr_has '<stdin>:12:3: error: step 1 failed'
expect_stderr_has '   12 |   rename_column'
expect_stderr_has 'zdm-run rehearse -'

check_exit 0 'warnings do not stop a run' "$ZDM_RUN" empty.yaml
expect_stderr_has 'warning[ZDM001-no-steps]'
expect_stderr_has '1 warning in 1 file'
expect_stdout_has 'Progress: 0%'

check_exit 1 'unless they shall' "$ZDM_RUN" --fail-on warning empty.yaml
expect_no_stdout

check_exit 0 'several files' "$ZDM_RUN" rename.yaml rename.yaml
check 'an empty line is between their results' \
  test "$(sed -n 9p "$scratch/stdout")" = ''
check 'and nowhere else' test "$(grep -c '^$' "$scratch/stdout")" -eq 1

check_exit 1 'the first failure stops them' "$ZDM_RUN" rename.yaml invalid.yaml empty.yaml
check 'after one result' test "$(grep -c '^Migration:' "$scratch/stdout")" -eq 1
expect_stderr_has '2 errors in 2 files'

check_exit 0 'verbose' "$ZDM_RUN" -v rename.yaml
expect_stderr_has "done 3/3 CONTRACTING Drop column 'name' from 'users'"
sed -n '/^Table/,$p' "$scratch/stdout" >"$scratch/table"
mv "$scratch/table" "$scratch/stdout"
expect_stdout - <<'TEXT'
Table users (2 rows):
  id  display_name
  --  ------------
  1   alice
  2   bob
TEXT

check_exit 0 'verbose with few rows' "$ZDM_RUN" -v --max-rows 1 rename.yaml
expect_stdout_has '  … and 1 more'

check_exit 3 'verbose tells of what is undone' "$ZDM_RUN" -v --fail-at 2 rename.yaml
expect_stderr_has "undone 1/3 EXPANDING Add column 'display_name'"

check_exit 0 'quiet' "$ZDM_RUN" -q rename.yaml empty.yaml
expect_no_stdout
expect_no_stderr

check_exit 3 'quiet still tells of a failure' "$ZDM_RUN" -q --fail-at 1 rename.yaml
expect_no_stdout
expect_stderr_has 'error: step 1 failed'

done_testing
