#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs on MariaDB that are killed: as tests/postgres/kill.py.

usage: kill.py ZDM-RUN SERVER-URL random|chain|STRIDE FILE...
"""
import sys

import server

sys.path.insert(0, server.POSTGRES)

from proxy import Mariadb, Proxy  # noqa: E402

if __name__ == "__main__":
    kill = server.load("kill")
    kill.REACH = 20
    kill.PROXY = Proxy(server.PARTS.hostname, server.PARTS.port, Mariadb)
    kill.main()
