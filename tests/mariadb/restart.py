#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A MariaDB server that is killed while a migration runs: as tests/postgres/restart.py.

usage: restart.py ZDM-RUN SERVER-URL DIR TIMES
"""
import os
import sys

import server

sys.path.insert(0, server.POSTGRES)

from writer import Writer  # noqa: E402

restart = None


class Application(Writer):
    PROGRAM = ("mariadb", *server.LOGIN, "-N", "-B", "--unbuffered")
    UPDATE = "UPDATE users SET {column} = '{value}' WHERE id = {row}; SELECT 1;\n"


def make_table():
    server.query(restart.START, "CREATE TABLE users (id int PRIMARY KEY, name longtext NOT NULL)")
    server.query(restart.START, f"INSERT INTO users SELECT seq, CONCAT('n', seq) FROM seq_1_to_{restart.N_ROWS}")


if __name__ == "__main__":
    restart = server.load("restart")
    restart.SCRIPT = os.path.join(server.POSTGRES, "../servers/mariadb.sh")
    restart.make_table = make_table
    restart.writer_of = lambda column, known=None: Application(restart.WORK, column, restart.N_ROWS, known)
    restart.YAML = restart.YAML.replace("  indexes: [ { name: by_name, columns: [name] } ]\n", "")
    restart.main()
