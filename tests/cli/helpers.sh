#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run new, schema, explain
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

check_exit 0 'new' "$ZDM_RUN" new MIG-007
expect_stdout - <<'TEXT'
migrations/MIG-007.yaml
TEXT
check_exit 0 'what it writes is valid' "$ZDM_RUN" --validate-only --fail-on warning \
  migrations/MIG-007.yaml
expect_no_stderr
check_exit 0 'and rehearses green' "$ZDM_RUN" rehearse migrations/MIG-007.yaml
expect_stdout_has 'Rehearsal: green'
check_exit 0 'and runs' "$ZDM_RUN" migrations/MIG-007.yaml
expect_stdout_has 'Phase: COMPLETE'

echo mine >migrations/MIG-007.yaml
check_exit 2 'a file that is there' "$ZDM_RUN" new MIG-007
expect_stderr_has 'it is there already and stays as it is'
check 'stays as it is' grep -qx mine migrations/MIG-007.yaml
ln -s /nowhere migrations/link.yaml
check_exit 2 'a dangling link' "$ZDM_RUN" new link
check_exit 0 'a name with its ending' "$ZDM_RUN" new add-email.yaml
expect_stdout_has 'migrations/add-email.yaml'
check 'is no part of the id' grep -qx 'id: add-email' migrations/add-email.yaml
check_exit 0 'quiet' "$ZDM_RUN" -q new quiet
expect_no_stdout
for name in '' . .. ../x a/b 'a b' .hidden -- "$(printf 'a\nb')" \
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
  check_exit 2 "refuses the name '$(printf %s "$name" | tr '\n' '_')'" "$ZDM_RUN" new "$name"
done
rm -rf migrations && echo file >migrations
check_exit 2 'no place for a folder' "$ZDM_RUN" new x
expect_stderr_has 'cannot write migrations/x.yaml'

check_exit 0 'schema' "$ZDM_RUN" schema
expect_stdout "$ZDM_SRCDIR/schema/migration.schema.json"
check_exit 0 'schema into a file' "$ZDM_RUN" schema --output schema.json
check 'is the same' cmp -s schema.json "$ZDM_SRCDIR/schema/migration.schema.json"

check_exit 0 'explain a rule' "$ZDM_RUN" explain ZDM001-no-steps
expect_stdout_has 'Severity: warning'
cp "$scratch/stdout" page.txt
check 'lines are short' test "$(awk '{ if (length > n) n = length } END { print n }' \
  page.txt)" -le 80
check_exit 0 'by its number, in any case' "$ZDM_RUN" explain zdm001
expect_stdout page.txt
check_exit 0 'explain lists the rules' "$ZDM_RUN" explain
expect_stdout_has 'ZDM001-no-steps'
check_exit 2 'a rule that is not there' "$ZDM_RUN" explain ZDM001-no-step
expect_stderr_has "did you mean 'ZDM001-no-steps'?"
check_exit 2 'nothing like a rule' "$ZDM_RUN" explain xyzzy
expect_stderr_has "there is no rule 'xyzzy'"
check_exit 0 'a rule as JSON' "$ZDM_RUN" explain --format json ZDM001
expect_stdout_has '"id": "ZDM001-no-steps"'

done_testing
