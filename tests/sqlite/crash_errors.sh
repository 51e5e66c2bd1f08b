#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# I/O errors and full disks: see crash_errors.py.
. "$ZDM_SRCDIR/tests/sqlite/crash.sh"
