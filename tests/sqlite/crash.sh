# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs the program in Python of the test that sources it.  ZDM_CRASH_LONG=1: the long form.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all 'python3 with sqlite3 is not installed'
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE ZDM_RUN ZDM_SRCDIR
name=$(basename "$0" .sh)
python3 "$ZDM_SRCDIR/tests/sqlite/$name.py"
