#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Upserts, REPLACE, UPDATE … FROM, RETURNING in all states of a migration: see statements.py.
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c 'import sqlite3, yaml' 2>/dev/null || skip_all 'python3 with sqlite3 and yaml is not installed'
[ -d /dev/shm ] && [ -w /dev/shm ] && export ZDM_TEST_FAST_DIR=/dev/shm
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE ZDM_RUN ZDM_SRCDIR
exec python3 "$ZDM_SRCDIR/tests/sqlite/statements.py"
