# SPDX-License-Identifier: Apache-2.0
"""A database of the test's own, with the table that is migrated, on either engine."""
import itertools
import re
import subprocess
import urllib.parse


def output(*args):
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


class Database:
    CLUSTER = False

    def __init__(self, server, name):
        self.server, self.name = server, name

    @property
    def url(self):
        return f"{self.server}/{self.name}"

    def urls(self):
        """For the applications."""
        return self.url

    def settle(self):
        """What was written can be read from now on, wherever the applications are."""

    def drop(self):
        self.client(self.OTHER, self.DROP.format(name=self.name))

    def make(self, rows, tables):
        """Anew. Returns: its URL"""
        self.drop()
        self.client(self.OTHER, f"CREATE DATABASE {self.name}")
        for table in tables:
            self.ask(*self.table(table, rows))
        return self.url

    def table(self, table, rows):
        """Returns: the statements that make it"""
        columns = table.all_columns()
        definitions = [f"{name} {self.definition(column)}" for name, column in columns.items()]
        values = ", ".join(column.first for column in columns.values())
        commands = [f"CREATE TABLE {table.name} ({', '.join(definitions)}, PRIMARY KEY (id))",
                    f"INSERT INTO {table.name} SELECT {values} FROM " + self.SERIES.format(int(rows * table.share)),
                    *table.more, self.ANALYZE + table.name]
        return [command.format(rows=rows, series=self.SERIES.format(rows)) for command in commands]

    def definition(self, column):
        words = self.TYPES.get(column.type, column.type)
        words += "" if column.nullable else " NOT NULL"
        return words + ("" if column.default is None else f" DEFAULT {column.default}")

    def kept(self, application, rows):
        """Returns: how many of the first rows are as @application promises beside its own columns"""
        condition = application.keeps.format(rows=rows)
        return int(self.ask(f"SELECT count(*) FROM {application.table} WHERE id BETWEEN 1 AND {rows} AND {condition}"))

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
    TYPES = {}
    SERIES = "generate_series(1, {}) AS i"
    ANALYZE = "VACUUM ANALYZE "
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
    TYPES = {"TEXT": "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"}
    SERIES = "(SELECT seq AS i FROM seq_1_to_{}) AS numbers"
    ANALYZE = "ANALYZE TABLE "
    JOURNAL = "zdm_migration"
    NOISE = r" AUTO_INCREMENT=\d+|/\*(!40|M!).*"

    def login(self, server=None):
        parts = urllib.parse.urlsplit(server or self.server)
        return ["--no-defaults", "-h", parts.hostname, "-P", str(parts.port), "-u", parts.username]

    def client(self, database, *commands):
        return output("mariadb", *self.login(), "-N", "-B", database, "-e", "; ".join(commands))

    def dump(self):
        journal = [f"--ignore-table={self.name}.zdm_{table}" for table in ("meta", "migration", "step", "event")]
        return output("mariadb-dump", *self.login(), "--skip-comments", "--triggers", "--no-data", *journal, self.name)


class Galera(Mariadb):
    """On three nodes: it is asked on the first one, and each call of zdm-run goes to another
    one, at first to the third one; the applications are on the first two."""
    CLUSTER = True

    def __init__(self, servers, name):
        super().__init__(servers[0], name)
        self.servers = servers
        self.turns = itertools.cycle(servers[::-1])

    @property
    def url(self):
        server = next(self.turns)
        self.wait_for_others(server)
        return f"{server}/{self.name}"

    def settle(self):
        for server in self.servers:
            self.wait_for_others(server)

    def urls(self):
        """Of all nodes, for the applications."""
        self.settle()
        return ",".join(f"{server}/{self.name}" for server in self.servers)

    def wait_for_others(self, server):
        """Until it has what was written elsewhere."""
        output("mariadb", *self.login(server), "-e", "SET SESSION wsrep_sync_wait = 7; SELECT 1")

    def client(self, database, *commands):
        return super().client(database, "SET SESSION wsrep_sync_wait = 7", *commands)

    def dump(self):
        self.wait_for_others(self.server)
        return super().dump()


def database(url, name):
    """@url: of a server, or of all nodes of a cluster, with commas"""
    if "," in url:
        return Galera([node.rsplit("/", 1)[0] for node in url.split(",")], name)
    server = url.rsplit("/", 1)[0]
    return (Mariadb if server.startswith("mariadb:") else Postgres)(server, name)
