#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a file holds must not reach a terminal raw; and colours.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

escape=$(printf '\033')

# no_escape WHAT: no control character but the line feed was written there.
no_escape () {
  check "$1 has no control character" \
    sh -c '! LC_ALL=C tr -d "\n" <"$1" | LC_ALL=C grep -q "[[:cntrl:]]"' sh "$scratch/$1"
}

sed 's/^title: .*/title: "a\\e]0;owned\\a\\u202eb\\u009b31m"/; s/alice/"\\e[2J\\rx"/' \
  rename.yaml >hostile.yaml
check_exit 0 'a hostile title and value' "$ZDM_RUN" -v hostile.yaml
no_escape stdout
no_escape stderr
expect_stdout_has 'Migration: a\x1b]0;owned\x07\u{202e}b\u{9b}31m'
expect_stdout_has '\x1b[2J\rx'
check_exit 0 'as JSON' "$ZDM_RUN" --format json hostile.yaml
no_escape stdout
expect_stdout_has '"title": "a\u001b]0;owned\u0007\u202eb\u009b31m"'

printf 'id: x\ntitle: \033[31mred\n' >raw.yaml
check_exit 1 'raw control characters' "$ZDM_RUN" raw.yaml
no_escape stderr

printf 'id: x\ntitle: \377\376\n' >bytes.yaml
check_exit 1 'bytes that are no text' "$ZDM_RUN" bytes.yaml
no_escape stderr
check 'standard error is UTF-8' iconv -f UTF-8 -t UTF-8 -o /dev/null "$scratch/stderr"

name="$(printf 'a\033[1m\nb.yaml')"
cp invalid.yaml "$name"
check_exit 1 'a hostile name' "$ZDM_RUN" --validate-only "$name"
no_escape stdout
no_escape stderr
expect_stdout_has 'a\x1b[1m\nb.yaml: refused'
check_exit 2 'a hostile option' "$ZDM_RUN" "--$name"
no_escape stderr

{ printf 'id: '; head -c 100000 /dev/zero | tr '\0' a; printf '\n'; } >long.yaml
check_exit 1 'a long line' "$ZDM_RUN" long.yaml
check 'is cut' test "$(awk '{ if (length > n) n = length } END { print n }' \
  "$scratch/stderr")" -lt 300
expect_stderr_has '…'

printf 'id: wide\n\ntable: { name: t, columns: [ { name: "中文", type: X } ] }\n' >wide.yaml
check_exit 1 'wide characters' "$ZDM_RUN" wide.yaml
expect_stderr_has '    3 | table: { name: t, columns: [ { name: "中文", type: X } ] }'
expect_stderr_has '      |                                                    ^'

check_exit 3 'no colour into a pipe' "$ZDM_RUN" --fail-at 1 rename.yaml
no_escape stdout
no_escape stderr
check_exit 3 'colour always' "$ZDM_RUN" --color always --fail-at 1 rename.yaml
expect_stdout_has "${escape}[1mMigration${escape}[0m: Rename"
expect_stderr_has "${escape}[1;31merror${escape}[0m: "
check_exit 3 'colour always wins over NO_COLOR' \
  env NO_COLOR=1 "$ZDM_RUN" --color=always --fail-at 1 rename.yaml
expect_stdout_has "${escape}[1m"
check_exit 3 'colour never' "$ZDM_RUN" --color never --fail-at 1 rename.yaml
no_escape stdout
check_exit 0 'no colour in a file' "$ZDM_RUN" --color always -o out.txt rename.yaml
check 'of a result' sh -c '! grep -q "$1" out.txt' sh "$escape"

if script --version >/dev/null 2>&1; then
  TERM=xterm script -qec '"$ZDM_RUN" rename.yaml' /dev/null >tty.txt </dev/null
  check 'colour on a terminal' grep -q "$escape\\[1m" tty.txt
  NO_COLOR=1 TERM=xterm script -qec '"$ZDM_RUN" rename.yaml' /dev/null >tty.txt </dev/null
  check 'but for NO_COLOR' sh -c '! grep -q "$1" tty.txt' sh "$escape"
  NO_COLOR='' TERM=xterm script -qec '"$ZDM_RUN" rename.yaml' /dev/null >tty.txt </dev/null
  check 'which must not be empty' grep -q "$escape\\[1m" tty.txt
  TERM=dumb script -qec '"$ZDM_RUN" rename.yaml' /dev/null >tty.txt </dev/null
  check 'and for a dumb terminal' sh -c '! grep -q "$1" tty.txt' sh "$escape"
fi

printf 'SELECT 1;\nSELECT \303\251, "\377";\n' >bad.sql
check_exit 1 'SQL in another encoding' "$ZDM_RUN" --validate-only bad.sql
expect_stderr_has 'bad.sql:2:12: error: no UTF-8 text'

printf '\357\273\277SELECT 1;\n' >mark.sql
check_exit 0 'SQL behind a byte order mark' "$ZDM_RUN" --validate-only mark.sql
expect_no_stderr

done_testing
