#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# --format json
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

cat >types.yaml <<'YAML'
id: TYPES
table:
  name: t
  columns:
    - { name: id, type: BIGINT, nullable: false, primary_key: true }
    - { name: flag, type: BOOLEAN }
    - { name: price, type: DECIMAL, precision: 10, scale: 2 }
    - { name: ratio, type: DOUBLE }
    - { name: at, type: TIMESTAMPTZ }
    - { name: doc, type: JSON }
    - { name: raw, type: BLOB }
    - { name: text, type: TEXT }
  rows:
    - { id: 9007199254740993, flag: yes, price: 1.5, ratio: 0.1, at: 2026-11-22 10:00,
        doc: '{"n": 123456789012345678901234567890}', raw: 0x00ff, text: "\e[1m\"null\"\n" }
    - { id: -9223372036854775808, text: "null" }
change:
  add_column: { column: { name: extra, type: INTEGER, default: 7 } }
YAML

check_exit 0 'a run' "$ZDM_RUN" --format json types.yaml
expect_no_stderr
expect_stdout "$ZDM_SRCDIR/tests/cli/json.types.expected"

check_exit 3 'a failure' "$ZDM_RUN" --format=json --fail-at=2 rename.yaml
expect_stdout "$ZDM_SRCDIR/tests/cli/json.rolled-back.expected"
expect_stderr_has 'error: step 2 failed'

check_exit 1 'several files are an array, up to the failure' \
  "$ZDM_RUN" --format json rename.yaml invalid.yaml rename.yaml
check 'it begins' test "$(head -n 1 "$scratch/stdout")" = '['
check 'and ends' test "$(tail -n 1 "$scratch/stdout")" = ']'
expect_stdout_has '    "exit_code": 1'
check 'with two objects' test "$(grep -c '^    "file"' "$scratch/stdout")" -eq 2

check_exit 0 'few rows' "$ZDM_RUN" --format json --max-rows 0 rename.yaml
expect_stdout_has '"row_count": 2'
expect_stdout_has '"rows": []'

check_exit 0 'quiet prints it all the same' "$ZDM_RUN" -q --format json rename.yaml
expect_stdout_has '"phase": "COMPLETE"'

check_exit 0 'a plan' "$ZDM_RUN" plan --format json rename.yaml
expect_stdout_has '"rollback": "Drop column '
expect_stdout_has '"phase": "PENDING"'

check_exit 0 'progress as lines' "$ZDM_RUN" -v --format json rename.yaml
expect_stderr_has '{"event": "done", "migration_id": "MIG-002", "index": 1, "steps": 3,'

check_exit 1 'a validation' "$ZDM_RUN" --validate-only --format json unsafe.yaml rename.yaml
expect_stdout_has '"rule": "ZDM002-contract-without-expand", "severity": "error"'
check 'looks at both' test "$(grep -c '^    "file"' "$scratch/stdout")" -eq 2

if command -v python3 >/dev/null; then
  for arguments in types.yaml '--fail-at 2 rename.yaml' '--validate-only invalid.yaml' \
    'plan rename.yaml' 'rehearse rename.yaml' 'rename.yaml empty.yaml' 'explain'; do
    # shellcheck disable=SC2086  # a list of words
    "$ZDM_RUN" $arguments --format json >out.json 2>/dev/null </dev/null
    check "python reads: $arguments" python3 -m json.tool out.json /dev/null
  done
fi

done_testing
