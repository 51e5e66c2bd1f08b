#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What others change beside a migration stays when that one goes back: see beside.py.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c 'import sqlite3, yaml' 2>/dev/null || skip_all 'python3 with sqlite3 and yaml is not installed'
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE ZDM_RUN ZDM_SRCDIR
exec python3 "$ZDM_SRCDIR/tests/sqlite/beside.py"
