#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What other projects put into their pipelines: the action, the hook, doc/ci.md.  The
# commands in them are run on a good and on a bad sample.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

python3 -c 'import yaml' 2>/dev/null || skip_all 'needs python3-yaml'

read_yaml () { python3 "$ZDM_SRCDIR/tests/cli/read_yaml.py" "$@"; }

mkdir bin good bad good/migrations bad/migrations
ln -s "$ZDM_RUN" bin/zdm-run
PATH=$PWD/bin:$PATH
export PATH
cp rename.yaml good/migrations/
cp rename.yaml unsafe.yaml bad/migrations/
work=$PWD

# doc/ci.md
read_yaml commands "$ZDM_SRCDIR/doc/ci.md" >commands.txt
check 'the page has commands' test "$(wc -l <commands.txt)" -ge 4
while read -r command; do
  case $command in
    *yaml*) ;;
    *) command="$command migrations/*.yaml" ;; # pre-commit adds the files
  esac
  check_exit 0 "good: $command" sh -c "cd good && $command"
  check_exit 1 "bad: $command" sh -c "cd bad && $command"
done <commands.txt
check 'the reports are there' test -s bad/zdm.sarif -a -s bad/gl-code-quality-report.json \
  -a -s bad/zdm-junit.xml
read_yaml block zdm.yaml "$ZDM_SRCDIR/doc/ci.md" >good/zdm.yaml
check_exit 0 'its zdm.yaml is one' sh -c 'cd good && zdm-run --validate-only migrations/*.yaml'
if python3 -c 'import jsonschema' 2>/dev/null; then
  check 'and fits the schema' python3 "$ZDM_SRCDIR/tests/cli/check_schema.py" \
    "$ZDM_SRCDIR/schema/project.schema.json" valid good/zdm.yaml
else
  ok 'and fits the schema # SKIP needs python3-jsonschema'
fi
rm good/zdm.yaml

# The hook
hook=$ZDM_SRCDIR/.pre-commit-hooks.yaml
entry=$(read_yaml entry "$hook")
check_exit 0 'the hook lets pass' sh -c "cd good && $entry migrations/rename.yaml"
check_exit 1 'the hook stops' sh -c "cd bad && $entry migrations/rename.yaml migrations/unsafe.yaml"
pattern=$(read_yaml files "$hook")
check 'it wants migrations' sh -c 'echo db/migrations/a.yml | grep -qE "$1"' sh "$pattern"
check 'and nothing else' sh -c '! echo doc/a.yaml | grep -qE "$1"' sh "$pattern"

# The action, with a quickstart that builds nothing
mkdir action
cat >action/quickstart <<'SH'
#!/bin/sh
mkdir -p "$BUILD_DIR" && ln -sf "$ZDM_RUN" "$BUILD_DIR/zdm-run"
SH
chmod +x action/quickstart
read_yaml steps "$ZDM_SRCDIR/action.yml" >steps
check 'the action can be read' test -s steps
tr '\n\0' '\001\n' <steps >lines
sed -n 1p lines | tr '\001' '\n' >build.sh
sed -n 2p lines | tr '\001' '\n' >check.sh
check 'quickstart is there' test -x "$ZDM_SRCDIR/quickstart"

# act FOLDER FILES FORMAT OUTPUT FAIL-ON ENGINE
act () (
  cd "$1" || exit
  export RUNNER_TEMP="$work/temp" GITHUB_ACTION_PATH="$work/action" GITHUB_ACTIONS=true \
    ZDM_FILES="$2" ZDM_FORMAT="$3" ZDM_OUTPUT="$4" ZDM_FAIL_ON="$5" ZDM_ENGINE="$6"
  bash -e "$work/build.sh" && bash -e "$work/check.sh"
)
if command -v bash >/dev/null; then
  check_exit 0 'it lets pass' act good 'migrations/*.yaml' '' '' error ''
  check_exit 1 'it stops' act bad 'migrations/*.yaml' '' '' error postgres:16
  expect_stderr_has '::error file=migrations/unsafe.yaml,line='
  check_exit 0 'it only reports' act bad 'migrations/*.yaml none/*' sarif zdm.sarif never ''
  check 'into a file' grep -q ZDM002 bad/zdm.sarif
  check_exit 2 'it wants files' act good 'none/*.yaml' '' '' error ''
  touch good/migrations/zdm.yaml
  echo 'rules: {}' >good/migrations/zdm.yaml
  check_exit 0 'settings are no migration' act good 'migrations/*.yaml' '' '' error ''
fi

done_testing
