#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run --validate-only
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

check_exit 0 'a good file' "$ZDM_RUN" --validate-only rename.yaml
expect_stdout - <<'TEXT'
rename.yaml: ok
TEXT
expect_no_stderr

check_exit 1 'all files are looked at' \
  "$ZDM_RUN" --validate-only rename.yaml invalid.yaml unsafe.yaml empty.yaml
expect_stdout - <<'TEXT'
rename.yaml: ok
invalid.yaml: refused (2 errors)
unsafe.yaml: refused (1 error)
empty.yaml: ok (1 warning)
TEXT
expect_stderr_has 'invalid.yaml:7:3: error: '
expect_stderr_has 'warning[ZDM001-no-steps]'
expect_stderr_has 'unsafe.yaml:8:5: error[ZDM002-contract-without-expand]'
expect_stderr_has '3 errors, 1 warning in 4 files'

check_exit 1 'quiet hides what is well' \
  "$ZDM_RUN" --validate-only --quiet rename.yaml empty.yaml invalid.yaml
expect_stdout - <<'TEXT'
invalid.yaml: refused (2 errors)
TEXT
check 'and the warnings' sh -c '! grep -q warning "$1"' sh "$scratch/stderr"

check_exit 1 'warnings can be refused' "$ZDM_RUN" --validate-only --fail-on warning empty.yaml
expect_stdout - <<'TEXT'
empty.yaml: refused (1 warning)
TEXT

check_exit 0 'findings can be let through' "$ZDM_RUN" --validate-only --fail-on never unsafe.yaml
expect_stdout - <<'TEXT'
unsafe.yaml: ok (1 error)
TEXT
expect_stderr_has 'error[ZDM002-contract-without-expand]'

check_exit 1 'but not what cannot be loaded' \
  "$ZDM_RUN" --validate-only --fail-on never invalid.yaml

check_exit 2 'it goes with no verb' "$ZDM_RUN" plan --validate-only rename.yaml
expect_stderr_has "--validate-only does not go with 'plan'"
check_exit 2 'and not with options of a run' "$ZDM_RUN" --validate-only --fail-at 1 rename.yaml
expect_stderr_has '--fail-at does not go with --validate-only'

done_testing
