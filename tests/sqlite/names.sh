#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Names that are hard to quote, in every kind of change: see names.py.
# ZDM_NAMES_LONG=1: each name in each kind, both ways.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c 'import sqlite3, yaml' 2>/dev/null || skip_all 'python3 with sqlite3 and yaml is not installed'
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE ZDM_RUN ZDM_SRCDIR
if [ "${ZDM_NAMES_LONG:-0}" = 1 ]; then
  exec python3 "$ZDM_SRCDIR/tests/sqlite/names.py" --long
fi
exec python3 "$ZDM_SRCDIR/tests/sqlite/names.py"
