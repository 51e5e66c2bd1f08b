#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Files that are no database, journals that were edited: see crash_refusals.py.
. "$ZDM_SRCDIR/tests/sqlite/crash.sh"
