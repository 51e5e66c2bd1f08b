#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Rivals, signals and takeovers: see crash_rivals.py.
. "$ZDM_SRCDIR/tests/sqlite/crash.sh"
