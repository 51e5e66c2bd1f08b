#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Findings for programs: SARIF, JUnit, GitHub, GitLab. What each of them writes is in
# tests/cli/formats/; ZDM_UPDATE_GOLDEN=1 writes it anew.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

golden=$ZDM_SRCDIR/tests/cli/formats
weird='a b/we:ird,%41é"<&>.yaml'
mkdir 'a b'
cat >"$weird" <<'YAML'
id: MIG-006
table:
  name: users
  columns:
    - { name: id, type: "a\"b%é <&>\n::error::x", nullable: false, primary_key: true }
    - { name: naïve, type: "\e[31mred", "k,e:y%\r\n": 1 }
change:
  drop_column: { column: naïve }
YAML
cat >zdm.yaml <<'YAML'
naming: { id: "MIG-00[2-46-9]" }
YAML

# compare FORMAT: the last result is the golden one.  Rules come and go: those of SARIF,
# and their numbers, are left out.
compare () {
  sed -e '/^ *"rules": \[/,/^          \]/d' -e '/"ruleIndex"/d' -e '/"version": "[^2]/d' \
    "$scratch/stdout" >"$scratch/seen"
  [ "${ZDM_UPDATE_GOLDEN-}" != 1 ] || cp "$scratch/seen" "$golden/$1.expected"
  check "$1 is as expected" diff -u "$golden/$1.expected" "$scratch/seen"
}

for format in sarif junit github gitlab; do
  check_exit 1 "writes $format" "$ZDM_RUN" --validate-only --format "$format" \
    rename.yaml "./$weird" empty.yaml
  expect_stderr_has "warning[ZDM001-no-steps]"
  cp "$scratch/stdout" "all.$format"
  compare "$format"

  check_exit 0 "writes $format of a good file" \
    "$ZDM_RUN" --validate-only --format "$format" rename.yaml
  expect_no_stderr
  cp "$scratch/stdout" "good.$format"
  check_exit 0 'warnings are let pass' \
    "$ZDM_RUN" --validate-only --format "$format" empty.yaml
  check_exit 1 'unless they are refused' \
    "$ZDM_RUN" --validate-only --format "$format" --fail-on warning empty.yaml
  check_exit 0 'and findings are' \
    "$ZDM_RUN" --validate-only --format "$format" --fail-on never unsafe.yaml
  check_exit 1 'but not what does not load' \
    "$ZDM_RUN" --validate-only --format "$format" --fail-on never invalid.yaml
  check_exit 1 'quiet, to a file' "$ZDM_RUN" --validate-only --quiet --format "$format" \
    --output "quiet.$format" rename.yaml "./$weird" empty.yaml
  expect_no_stdout
  check 'is the same' diff "quiet.$format" "all.$format"
done

check_exit 1 'a warning that was refused is a failure' \
  "$ZDM_RUN" --validate-only --format junit --fail-on warning empty.yaml
expect_stdout_has '<failure type="ZDM001-no-steps"'
check_exit 1 'standard input has a name' \
  sh -c '"$ZDM_RUN" --validate-only --format sarif - <invalid.yaml' sh
expect_stdout_has '"uri": "%3Cstdin%3E"'
check_exit 1 'a file that is not there' \
  "$ZDM_RUN" --validate-only --format github "$scratch/none.yaml"
expect_stdout_has "::error file=$scratch/none.yaml,title=load::cannot read the file"
check_exit 1 'a file by its full path' \
  "$ZDM_RUN" --validate-only --format gitlab "$PWD/invalid.yaml"
expect_stdout_has '"path": "invalid.yaml"'

# A line more above moves every finding; its fingerprint stays.
sed -n 's/.*"fingerprint": //p; s/.*"zdmFinding\/v1": //p' all.gitlab >before
sed -i '1i# a comment' "$weird" empty.yaml
"$ZDM_RUN" --validate-only --format gitlab rename.yaml "./$weird" empty.yaml 2>/dev/null \
  | tee moved | sed -n 's/.*"fingerprint": //p' >after
check 'fingerprints stay' diff before after
check 'though places move' sh -c '! diff -q all.gitlab moved >/dev/null'

# GitHub
check_exit 1 'annotations by themselves' env GITHUB_ACTIONS=true \
  "$ZDM_RUN" --validate-only invalid.yaml
expect_stdout - <<'TEXT'
invalid.yaml: refused (2 errors)
TEXT
expect_stderr_has "::error file=invalid.yaml,line=5,col=25,title=load::unknown type 'INTEGR'%0A"
check_exit 1 'not where text was asked for' env GITHUB_ACTIONS=true \
  "$ZDM_RUN" --validate-only --format text invalid.yaml
check 'none' sh -c '! grep -q ::error "$1"' sh "$scratch/stderr"
check_exit 1 'nor with another format' env GITHUB_ACTIONS=true \
  "$ZDM_RUN" --validate-only --format json invalid.yaml
check 'none there' sh -c '! grep -q ::error "$1"' sh "$scratch/stderr"
check_exit 3 'a run tells why it failed' "$ZDM_RUN" --format github --fail-at 2 rename.yaml
expect_stdout_has '::error file=rename.yaml,line='
check_exit 0 'a plan has annotations' "$ZDM_RUN" plan --format github empty.yaml
expect_stdout_has '::warning file=empty.yaml'
check_exit 0 'a rehearsal too' "$ZDM_RUN" rehearse --format github rename.yaml
expect_no_stdout

# Where they make no sense
for call in 'plan --format sarif' 'rehearse --format junit' '--format gitlab' \
  'new --format sarif' 'explain --format github' 'schema --format junit'; do
  # shellcheck disable=SC2086  # a list of words
  check_exit 2 "refuses $call" "$ZDM_RUN" $call rename.yaml
  expect_no_stdout
done
check_exit 2 'says where it goes' "$ZDM_RUN" plan --format sarif rename.yaml
expect_stderr_has "--format sarif does not go with 'plan': it is for --validate-only"

# For their readers
if python3 -c 'import xml.dom.minidom, json' 2>/dev/null; then
  check 'junit is XML' python3 -c \
    'import sys, xml.dom.minidom; [xml.dom.minidom.parse(f) for f in sys.argv[1:]]' \
    all.junit good.junit
  check 'gitlab and sarif are JSON' python3 -c \
    'import sys, json; [json.load(open(f, encoding="utf-8")) for f in sys.argv[1:]]' \
    all.gitlab good.gitlab all.sarif good.sarif
else
  ok 'documents can be read # SKIP needs python3'
fi
if python3 -c 'import jsonschema' 2>/dev/null; then
  check 'sarif fits its schema' python3 "$ZDM_SRCDIR/tests/cli/check_documents.py" \
    "$ZDM_SRCDIR/tests/data/sarif-2.1.0.schema.json" all.sarif
else
  ok 'sarif fits its schema # SKIP needs python3-jsonschema'
fi

# Memory is that of one file: what a hundred times the files add is noise.
peak () {
  i=0
  set --
  while [ $i -lt "$n_files" ]; do
    set -- "$@" invalid.yaml
    i=$((i + 1))
  done
  command time -f %M -o peak.txt "$ZDM_RUN" -q --validate-only --format sarif -o /dev/null "$@" 2>/dev/null
  tail -n 1 peak.txt
}
if command time -f %M true >/dev/null 2>&1 && ! nm "$ZDM_RUN" 2>/dev/null | grep -q __asan_init; then
  n_files=20
  few=$(peak)
  n_files=2000
  many=$(peak)
  check "memory does not grow with files ($few, $many KiB)" test "$many" -lt $((few + 4096))
else
  ok 'memory does not grow with files # SKIP needs GNU time and a build without sanitizers'
fi

done_testing
