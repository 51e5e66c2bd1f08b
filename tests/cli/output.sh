#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Where results go, and what if they cannot.
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

"$ZDM_RUN" rename.yaml >expected.txt

check_exit 0 'a file' "$ZDM_RUN" --output out.txt rename.yaml
expect_no_stdout
check 'holds the result' cmp -s expected.txt out.txt
check 'and nothing is left beside it' sh -c '! ls -A | grep -q "^\.zdm-run"'

chmod 600 out.txt
check_exit 0 'an old file' "$ZDM_RUN" -o out.txt --format json rename.yaml
check 'is replaced' grep -q '"phase": "COMPLETE"' out.txt
check 'and keeps its mode' test "$(stat -c %a out.txt)" = 600

ln -s out.txt link.txt
check_exit 0 'a symbolic link' "$ZDM_RUN" -o link.txt rename.yaml
check 'stays one' test -L link.txt
check 'its file is replaced' cmp -s expected.txt out.txt

check_exit 0 'a device is written as it is' "$ZDM_RUN" -o /dev/null rename.yaml
check 'and stays one' test -c /dev/null

check_exit 0 'quiet writes a file all the same' "$ZDM_RUN" -q -o quiet.txt rename.yaml
check 'with the result' cmp -s expected.txt quiet.txt

check_exit 3 'a failure is a result too' "$ZDM_RUN" -o failed.txt --fail-at 1 rename.yaml
check 'which the file holds' grep -q 'Phase: ROLLED_BACK' failed.txt

check_exit 2 'a folder that is not there' "$ZDM_RUN" -o none/out.txt rename.yaml
expect_stderr_has 'cannot write none/out.txt: No such file or directory'
check_exit 2 'a folder' "$ZDM_RUN" -o . rename.yaml
expect_stderr_has 'cannot write .: Is a directory'

if [ "$(id -u)" -ne 0 ]; then
  mkdir closed && echo old >closed/out.txt && chmod 500 closed
  check_exit 2 'a folder without permission' "$ZDM_RUN" -o closed/out.txt rename.yaml
  check 'the old file stays' grep -q old closed/out.txt
  chmod 700 closed
fi

if [ -c /dev/full ]; then
  check_exit 1 'a full device' "$ZDM_RUN" -o /dev/full rename.yaml
  expect_stderr_has 'cannot write the result to /dev/full: No space left on device'
  for arguments in rename.yaml '--format json rename.yaml' 'plan rename.yaml' schema explain \
    --help --version 'completion bash'; do
    check_exit 1 "standard output is full: $arguments" \
      sh -c '"$ZDM_RUN" $1 >/dev/full' sh "$arguments"
    expect_stderr_has 'cannot write the result to standard output: No space left on device'
  done
  check_exit 3 'a failure keeps its code' \
    sh -c '"$ZDM_RUN" --fail-at 1 rename.yaml >/dev/full'
fi

check_exit 1 'standard output is closed' sh -c '"$ZDM_RUN" rename.yaml >&-'
expect_stderr_has 'cannot write the result to standard output: Bad file descriptor'
check_exit 0 'standard error is closed' sh -c '"$ZDM_RUN" -v rename.yaml 2>&-'
expect_stdout_has 'Phase: COMPLETE'
check_exit 0 'both are closed, and the file is no mixture' \
  sh -c '"$ZDM_RUN" -v -o both.txt rename.yaml >&- 2>&-'
check 'of result and progress' sh -c '! grep -q "^done" both.txt'
check_exit 1 'standard input is closed' sh -c '"$ZDM_RUN" - <&-'
expect_stderr_has '<stdin>: error: cannot read the file: Bad file descriptor'

if command -v python3 >/dev/null; then
  cat >slow_reader.py <<'PYTHON'
import fcntl, os, subprocess, sys, time
reader, writer = os.pipe()
fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[1:], stdout=writer)
os.close(writer)
time.sleep(0.5)
text = b""
while chunk := os.read(reader, 65536):
    text += chunk
sys.exit(child.wait() or text.count(b'"exit_code": 0') != 100)
PYTHON
  set --
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    set -- "$@" rename.yaml rename.yaml rename.yaml rename.yaml rename.yaml \
      rename.yaml rename.yaml rename.yaml rename.yaml rename.yaml
  done
  check_exit 0 'a pipe that does not block' \
    python3 slow_reader.py "$ZDM_RUN" --format json "$@"
fi

# The result must not take the migration's place, by whatever name.
cp "$ZDM_SRCDIR/migrations/MIG-001.yaml" own.yaml
ln -s own.yaml link.yaml
for name in own.yaml ./own.yaml link.yaml; do
  check_exit 2 "the migration itself is no output: $name" "$ZDM_RUN" -o "$name" own.yaml
  expect_stderr_has 'is the migration itself'
  check 'it is as it was' cmp own.yaml "$ZDM_SRCDIR/migrations/MIG-001.yaml"
done

done_testing
