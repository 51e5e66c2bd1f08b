#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs on MariaDB that are killed: as tests/postgres/kill.py.

usage: kill.py ZDM-RUN SERVER-URL KILLS FILE...
"""
import server

if __name__ == "__main__":
    server.load("kill").main()
