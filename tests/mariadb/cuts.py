#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs on MariaDB whose connection is lost: as tests/postgres/cuts.py.

usage: cuts.py ZDM-RUN SERVER-URL STRIDE FILE...
"""
import sys

import server

sys.path.insert(0, server.POSTGRES)

from proxy import Mariadb, Proxy  # noqa: E402

if __name__ == "__main__":
    cuts = server.load("cuts")
    cuts.PROXY = Proxy(server.PARTS.hostname, server.PARTS.port, Mariadb)
    cuts.main()
