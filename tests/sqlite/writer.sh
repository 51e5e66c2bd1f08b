#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Applications that go on writing while a migration runs: see writer.py.
# ZDM_WRITER_LONG=1: every file of migrations/ and every case, to its end and back, in both
# journal modes.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c 'import sqlite3, yaml' 2>/dev/null || skip_all 'python3 with sqlite3 and yaml is not installed'
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE ZDM_RUN ZDM_SRCDIR
if [ "${ZDM_WRITER_LONG:-0}" = 1 ]; then
  exec python3 "$ZDM_SRCDIR/tests/sqlite/writer.py" --long
fi
exec python3 "$ZDM_SRCDIR/tests/sqlite/writer.py"
