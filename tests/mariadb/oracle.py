#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""MariaDB against memory: as tests/postgres/oracle.py, with this server's own programs.

usage: oracle.py ZDM-RUN SERVER-URL FILE...
"""
import importlib.util
import os
import re
import subprocess
import urllib.parse

POSTGRES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "postgres", "oracle.py")
spec = importlib.util.spec_from_file_location("postgres_oracle", POSTGRES)
oracle = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oracle)

SERVER = urllib.parse.urlsplit(oracle.SERVER)
LOGIN = ["--no-defaults", "-h", SERVER.hostname, "-P", str(SERVER.port), "-u", SERVER.username]
JOURNAL = ["zdm_meta", "zdm_migration", "zdm_step", "zdm_event"]


def mariadb(*args, text=None):
    return subprocess.run(["mariadb", *LOGIN, "-N", "-B", *args], input=text or "",
                          capture_output=True, text=True, check=True).stdout


def mariadb_dump(name, *args):
    return subprocess.run(["mariadb-dump", *LOGIN, "--skip-comments", "--triggers", *args, name],
                          capture_output=True, text=True, check=True).stdout


def drop(name):
    mariadb("-e", f"DROP DATABASE IF EXISTS {name}")


def create(name, template=None):
    drop(name)
    mariadb("-e", f"CREATE DATABASE {name}")
    if template:
        mariadb(name, text=mariadb_dump(template))
    return f"{oracle.SERVER}/{name}"


def dump(name):
    """The schema and the rows, in an order of their own."""
    ignored = [f"--ignore-table={name}.{table}" for table in JOURNAL]
    schema = mariadb_dump(name, "--no-data", *ignored)
    rows = mariadb_dump(name, "--no-create-info", "--skip-triggers", "--skip-extended-insert",
                        "--complete-insert", *ignored)
    return (re.sub(r" AUTO_INCREMENT=\d+", "", schema),
            sorted(line for line in rows.split("\n") if line.startswith("INSERT")))


def left_behind(name):
    return mariadb(name, "-e",
                   "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = "
                   "DATABASE() AND INDEX_NAME LIKE 'zdm\\_%' UNION SELECT TRIGGER_NAME FROM "
                   "information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME "
                   "LIKE 'zdm\\_%' UNION SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE "
                   "TABLE_SCHEMA = DATABASE() AND EXTRA LIKE '%INVISIBLE%'")


if __name__ == "__main__":
    oracle.ENGINE = "mariadb"
    oracle.drop, oracle.create, oracle.dump = drop, create, dump
    oracle.left_behind = left_behind
    oracle.main()
