#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two runners at once on MariaDB: as tests/postgres/rivals.py.

usage: rivals.py ZDM-RUN SERVER-URL TIMES
"""
import server

rivals = None


def fresh(rows=2000):
    server.create(rivals.NAME)
    server.query(rivals.NAME, "CREATE TABLE users (id int PRIMARY KEY, name longtext)")
    server.query(rivals.NAME, f"INSERT INTO users SELECT seq, CONCAT('n', seq) FROM seq_1_to_{rows}")


if __name__ == "__main__":
    rivals = server.load("rivals")
    rivals.fresh = fresh
    rivals.psql = lambda name, sql: server.query(name, sql).strip()
    rivals.on_this_server = lambda: server.drop(rivals.NAME)
    rivals.main()
