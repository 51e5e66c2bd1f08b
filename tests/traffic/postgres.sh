#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Applications on PostgreSQL that notice nothing: see live.sh.
. "$ZDM_SRCDIR/tests/traffic/live.sh"

needs psql
live postgres
