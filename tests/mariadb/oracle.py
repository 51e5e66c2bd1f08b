#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""MariaDB against memory: as tests/postgres/oracle.py.

usage: oracle.py ZDM-RUN SERVER-URL FILE...
"""
import sys

import server

sys.path.insert(0, server.POSTGRES)


def left_behind(name):
    return server.query(name,
                   "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = "
                   "DATABASE() AND INDEX_NAME LIKE 'zdm\\_%' UNION SELECT TRIGGER_NAME FROM "
                   "information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME "
                   "LIKE 'zdm\\_%' UNION SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE "
                   "TABLE_SCHEMA = DATABASE() AND EXTRA LIKE '%INVISIBLE%'")


if __name__ == "__main__":
    oracle = server.load("oracle")
    oracle.left_behind = left_behind
    oracle.main()
