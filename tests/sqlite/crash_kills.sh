#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# SIGKILL at every call and at any time: see crash_kills.py.
. "$ZDM_SRCDIR/tests/sqlite/crash.sh"
