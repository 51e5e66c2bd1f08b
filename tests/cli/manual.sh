#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The manual, the help and the completions know the same verbs, options and exit codes.
. "$ZDM_SRCDIR/tests/lib.sh"

manual=$ZDM_SRCDIR/doc/zdm-run.1
"$ZDM_RUN" --help >help.txt

sed -n '/^Options:/,/^$/s/^ .*--\([a-z-]*\).*/\1/p' help.txt | sort >options.help
sed -n 's/^\.It .*Fl Fl \([a-z-]*\).*/\1/p' "$manual" | sort >options.manual
check 'the manual has the options' diff options.help options.manual

sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\).*/\1/p' help.txt | sort >verbs.help
sed -n '/^\.Sh VERBS/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' "$manual" | sort >verbs.manual
check 'the manual has the verbs' diff verbs.help verbs.manual
sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Cm \([a-z]*\).*/\1/p' "$manual" | sort >verbs.synopsis
check 'its synopsis has them too' diff verbs.help verbs.synopsis

sed -n '/^Exit codes:/,/^$/s/^  \([0-9+n]*\) .*/\1/p' help.txt >codes.help
sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EX/s/^\.It \([0-9+n]*\)$/\1/p' "$manual" >codes.manual
check 'the manual has the exit codes' diff codes.help codes.manual

for shell in bash zsh fish; do
  "$ZDM_RUN" completion "$shell" >"$shell.txt"
  missing=
  while read -r option; do
    grep -qE -e "(--|-l )$option([^a-z-]|\$)" "$shell.txt" || missing="$missing --$option"
  done <options.help
  while read -r verb; do
    grep -qE "(^|[^a-z-])$verb([^a-z-]|\$)" "$shell.txt" || missing="$missing $verb"
  done <verbs.help
  check "$shell completes all of it$missing" test -z "$missing"
done

while read -r verb; do
  "$ZDM_RUN" "$verb" --help | sed -n '/^Options:/,/^$/s/^ .*--\([a-z-]*\).*/\1/p' >some.txt
  check "options of $verb are options" \
    sh -c 'test -s some.txt && ! grep -vxFf options.help some.txt' sh
done <verbs.help

# The schema names every key of the format as a property of some object; a test of the
# loader keeps the two in step.
"$ZDM_RUN" schema >schema.json
if command -v python3 >/dev/null; then
  cat >keys.py <<'PYTHON'
import json, sys

def keys(node):
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"]
        for value in node.values():
            yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)

print("\n".join(sorted(set(keys(json.load(open("schema.json")))))))
PYTHON
  python3 keys.py >keys.txt
  check 'the schema has keys' test "$(wc -l <keys.txt)" -gt 80
  missing=
  while read -r key; do
    grep -qE "(^|[^a-z_])$key([^a-z_]|\$)" "$ZDM_SRCDIR/doc/zdm-migration.5" \
      || missing="$missing $key"
  done <keys.txt
  check "the format's page has all of them$missing" test -z "$missing"
fi

if command -v mandoc >/dev/null; then
  for page in "$ZDM_SRCDIR"/doc/*.[1-8]; do
    check "${page##*/} is well formed" mandoc -T lint -W warning "$page"
  done
fi

done_testing
