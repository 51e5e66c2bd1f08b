# SPDX-License-Identifier: Apache-2.0
"""A database of the test's own, with the table that is migrated, on either engine."""
import re
import subprocess
import urllib.parse


def output(*args):
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


class Database:
    def __init__(self, server, name):
        self.server, self.name = server, name
        self.url = f"{server}/{name}"

    def drop(self):
        self.client(self.OTHER, self.DROP.format(name=self.name))

    def make(self, rows):
        """Anew. Returns: its URL"""
        self.drop()
        self.client(self.OTHER, f"CREATE DATABASE {self.name}")
        self.ask(*[command.format(rows=rows) for command in self.MAKE])
        return self.url

    def ask(self, *commands):
        return self.client(self.name, *commands).strip()

    def state(self):
        """Of the last run; "" where none is recorded."""
        try:
            return self.ask(f"SELECT state FROM {self.JOURNAL} ORDER BY number DESC LIMIT 1")
        except subprocess.CalledProcessError:
            return ""

    def schema(self):
        """Without zdm-run's tables, in an order of its own: columns that came back are last."""
        return sorted(line.rstrip(",") for line in re.sub(self.NOISE, "", self.dump()).split("\n"))


class Postgres(Database):
    ENGINE = "postgres"
    OTHER = "postgres"
    DROP = "DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    MAKE = ("CREATE TABLE users (id bigint PRIMARY KEY, name text, points integer)",
            "INSERT INTO users SELECT i, i, i FROM generate_series(1, {rows}) AS i",
            "VACUUM ANALYZE users")
    JOURNAL = "zdm.zdm_migration"
    NOISE = r"\\(un)?restrict .*"

    def client(self, database, *commands):
        args = ["psql", "-XAqt", "-v", "ON_ERROR_STOP=1", f"{self.server}/{database}"]
        for command in commands:
            args += ["-c", command]
        return output(*args)

    def dump(self):
        return output("pg_dump", "-s", "-N", "zdm", self.url)


class Mariadb(Database):
    ENGINE = "mariadb"
    OTHER = "mysql"
    DROP = "DROP DATABASE IF EXISTS {name}"
    # A column that was dropped comes back with zdm-run's collation.
    MAKE = ("CREATE TABLE users (id bigint PRIMARY KEY, name longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin, "
            "points integer)",
            "INSERT INTO users SELECT seq, seq, seq FROM seq_1_to_{rows}",
            "ANALYZE TABLE users")
    JOURNAL = "zdm_migration"
    NOISE = r" AUTO_INCREMENT=\d+|/\*(!40|M!).*"

    def login(self):
        parts = urllib.parse.urlsplit(self.server)
        return ["--no-defaults", "-h", parts.hostname, "-P", str(parts.port), "-u", parts.username]

    def client(self, database, *commands):
        return output("mariadb", *self.login(), "-N", "-B", database, "-e", "; ".join(commands))

    def dump(self):
        journal = [f"--ignore-table={self.name}.zdm_{table}" for table in ("meta", "migration", "step", "event")]
        return output("mariadb-dump", *self.login(), "--skip-comments", "--triggers", "--no-data", *journal, self.name)


def database(url, name):
    server = url.rsplit("/", 1)[0]
    return (Mariadb if server.startswith("mariadb:") else Postgres)(server, name)
