#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the README shows is what the program prints: every ```console block of
# it is run. ZDM_UPDATE_GOLDEN=1 writes the blocks anew.
. "$ZDM_SRCDIR/tests/lib.sh"

blocks=$(mktemp -d) || exit 1
trap 'rm -rf "$blocks"' EXIT

# Splits the README's console blocks into files: the command, and what follows it.
awk -v folder="$blocks" '
  /^```console$/ { n++; inside = 1; next }
  /^```$/ { inside = 0 }
  inside && /^\$ / { print substr($0, 3) > (folder "/" n ".command"); next }
  inside { print > (folder "/" n ".expected") }
' "$ZDM_SRCDIR/README.md"

# The example in the text is the example in the folder.
example () {
  awk '/^```yaml$/ { inside = 1; next } /^```$/ { inside = 0 } inside && !/^# yaml/' \
    "$ZDM_SRCDIR/README.md"
}
example >"$blocks/in-text"
grep -v '^# yaml' "$ZDM_SRCDIR/doc/examples/rename.yaml" >"$blocks/in-folder"
check 'the example of the README is doc/examples/rename.yaml' \
  cmp "$blocks/in-text" "$blocks/in-folder"

for command in "$blocks"/*.command; do
  n=$(basename "$command" .command)
  line=$(sed "s|^zdm-run|\"\$ZDM_RUN\"|" "$command")
  (cd "$ZDM_SRCDIR" && eval "$line") >"$blocks/$n.actual" 2>/dev/null
  check "README: $(cat "$command")" diff -u "$blocks/$n.expected" "$blocks/$n.actual"
done

done_testing
