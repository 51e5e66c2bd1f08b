#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the README shows is what the program prints: every ```console block of
# it is run. ZDM_UPDATE_GOLDEN=1 writes the blocks anew.
. "$ZDM_SRCDIR/tests/lib.sh"

blocks=$scratch/blocks
mkdir "$blocks"

# Splits the README's console blocks into files: the command, and what follows it.
awk -v folder="$blocks" '
  /^```console$/ { n = sprintf ("%02d", n + 1); inside = 1; next }
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

# In a folder of its own, since some commands make files; in the order of the text, since
# one goes on with what another one made.
mkdir "$blocks/folder"
for name in doc migrations; do ln -s "$ZDM_SRCDIR/$name" "$blocks/folder/$name"; done

for command in "$blocks"/*.command; do
  n=$(basename "$command" .command)
  line=$(sed "s|^zdm-run|\"\$ZDM_RUN\"|" "$command")
  (cd "$blocks/folder" && eval "$line") >"$blocks/$n.actual" 2>/dev/null
done

if [ "${ZDM_UPDATE_GOLDEN-}" = 1 ]; then
  awk -v folder="$blocks" '
    /^```$/ { inside = 0 }
    !inside { print }
    /^```console$/ { n = sprintf ("%02d", n + 1); inside = 1; next }
    inside && /^\$ / {
      print
      while ((getline line < (folder "/" n ".actual")) > 0) print line
    }
  ' "$ZDM_SRCDIR/README.md" >"$blocks/README.md"
  cp "$blocks/README.md" "$ZDM_SRCDIR/README.md"
  for actual in "$blocks"/*.actual; do
    cp "$actual" "${actual%.actual}.expected"
  done
fi

for command in "$blocks"/*.command; do
  n=$(basename "$command" .command)
  check "README: $(cat "$command")" diff -u "$blocks/$n.expected" "$blocks/$n.actual"
done

done_testing
