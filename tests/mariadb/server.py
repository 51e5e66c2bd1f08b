# SPDX-License-Identifier: Apache-2.0
"""A MariaDB server for the tests that were written for PostgreSQL: the same functions, done
by this server's own programs.
"""
import importlib.util
import os
import re
import subprocess
import sys
import urllib.parse

POSTGRES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "postgres")
URL = sys.argv[2].rsplit("/", 1)[0]
PARTS = urllib.parse.urlsplit(URL)


def login(url):
    parts = urllib.parse.urlsplit(url)
    return ["--no-defaults", "-h", parts.hostname, "-P", str(parts.port), "-u", parts.username]


LOGIN = login(URL)
JOURNAL = ["zdm_meta", "zdm_migration", "zdm_step", "zdm_event"]


def load(name):
    """The test of that name on PostgreSQL, told to use this server."""
    path = os.path.join(POSTGRES, f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"postgres_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ENGINE, module.drop, module.create, module.dump = "mariadb", drop, create, dump
    module.psql, module.JOURNAL, module.forget_journal = query, JOURNAL[1], forget_journal
    return module


def client(url, *args, text=None):
    return subprocess.run(["mariadb", *login(url), "-N", "-B", *args], input=text or "",
                          capture_output=True, text=True, check=True).stdout


def mariadb(*args, text=None):
    return client(URL, *args, text=text)


def mariadb_dump(name, *args):
    plain = ["--skip-comments", "--triggers", "--hex-blob"]
    return subprocess.run(["mariadb-dump", *LOGIN, *plain, *args, name],
                          capture_output=True, text=True, check=True).stdout


def query(name, *commands):
    return mariadb(name, "-e", "; ".join(commands))


def drop(name):
    mariadb("-e", f"DROP DATABASE IF EXISTS {name}")


def create(name, template=None):
    drop(name)
    mariadb("-e", f"CREATE DATABASE {name}")
    if template:
        mariadb(name, text=mariadb_dump(template))
    return f"{URL}/{name}"


def forget_journal(name):
    query(name, f"DROP TABLE IF EXISTS {', '.join(JOURNAL)}")


def dump(name):
    """The schema and the rows, in an order of their own."""
    ignored = [f"--ignore-table={name}.{table}" for table in JOURNAL]
    schema = mariadb_dump(name, "--no-data", *ignored)
    rows = mariadb_dump(name, "--no-create-info", "--skip-triggers", "--skip-extended-insert",
                        "--complete-insert", *ignored)
    return (re.sub(r" AUTO_INCREMENT=\d+", "", schema),
            sorted(line for line in rows.split("\n") if line.startswith("INSERT")))
