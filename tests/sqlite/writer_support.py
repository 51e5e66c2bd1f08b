# SPDX-License-Identifier: Apache-2.0
"""What an application's writer needs: the clients of a migration as statements, values
they may write, and what a row must hold after a write of either application."""

import decimal
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

import yaml

# Where there is one, a disk that need not be waited for.
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
ZDM_RUN = os.environ.get("ZDM_RUN", "build/zdm-run")
SOURCE = pathlib.Path(os.environ.get("ZDM_SRCDIR", "."))


def zdm_output(*arguments):
    """Runs the program; its exit code, its result and what else it says."""
    result = subprocess.run([ZDM_RUN, *map(str, arguments)], capture_output=True,
                            text=True, check=False, stdin=subprocess.DEVNULL)
    return result.returncode, result.stdout, result.stderr


def zdm(*arguments):
    """Runs the program; its exit code and all it says."""
    code, output, said = zdm_output(*arguments)
    return code, output + said


def quote(name):
    return '"' + name.replace('"', '""') + '"'


class Loader(yaml.SafeLoader):
    """Scalars as a migration file means them: 0xff, 2026-01-31 and yes are text to it."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (("bool", "true|false", "tf"), ("null", "null|~|", "n~"),
                            ("int", r"[-+]?(0|[1-9]\d*)", "-+0123456789"),
                            ("float", r"[-+]?\d+\.\d+([eE][-+]?\d+)?", "-+0123456789")):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"),
                                 list(first) + [""] * (tag == "null"))


# Relations: what a write into some columns makes of others ---------------------------


def split_name(values):
    if values[0] is None:
        return [None, None]
    first, found, rest = values[0].partition(" ")
    return [first, rest if found else None]


def join_name(values):
    there = [value for value in values if value is not None]
    return [" ".join(there) if there else None]


def split_phone(values):
    area, _, number = values[0].partition("/")
    return [area, number]


def lower(text):
    """As the transform does it: letters of ASCII."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


STATUS = {1: "open", 2: "paid", 3: "sent"}

# By file: (table, old columns, new columns, forward, backward).  A function that is None:
# what the other columns hold then is not followed here.
RELATIONS = {
    "MIG-003": [("customers", ["email"], ["email_key"],
                 lambda values: [lower(values[0].strip(" "))], None)],
    "MIG-004": [("guests", ["given_name", "family_name"], ["full_name"], join_name,
                 split_name)],
    "MIG-012": [("people", ["full_name"], ["given_name", "other_names"], split_name,
                 join_name)],
    "MIG-013": [("phones", ["area", "number"], ["phone"],
                 lambda values: ["/".join(values)], split_phone)],
    "MIG-031": [("users", ["name"], ["display_name"], list, list)],
    "MIG-034": [("users", ["name"], ["display_name"], list, list)],
    "MIG-035": [("orders", ["status_no"], ["status"],
                 lambda values: [STATUS[values[0]]],
                 lambda values: [number for number, word in STATUS.items()
                                 if word == values[0]])],
}

# What never has a row once the backfill is done, until contract begins.
OUT_OF_STEP = {
    "MIG-005": "SELECT * FROM invoices AS i WHERE currency IS NULL AND EXISTS (SELECT 1 "
               "FROM customers WHERE id = i.customer_id)",
    "MIG-006": "SELECT * FROM users AS u WHERE n_orders IS NOT (SELECT count(*) FROM orders "
               "WHERE user_id = u.id)",
    "MIG-014": "SELECT * FROM users LEFT JOIN profiles USING (id) WHERE users.bio IS NOT "
               "profiles.bio OR users.homepage IS NOT profiles.homepage",
}

# Columns that another table fills: what is in them is nobody's write.
LOOKUPS = {("users", "n_orders"), ("invoices", "currency")}


def changes_of(document):
    changes = document.get("change", document.get("changes", []))
    return changes if isinstance(changes, list) else [changes]


def renames_of(document, canonical):
    """[(table, from, to)], a column that is renamed twice under each pair of its names"""
    found = []
    for change in changes_of(document):
        rename = change.get("rename_column")
        if rename is not None:
            table = canonical(change.get("table", document.get("table", {}).get("name")))
            old, new = rename["from"], rename["to"]
            found += [(table, first, new) for where, first, last in found
                      if (where, last) == (table, old)]
            found.append((table, old, new))
    return found


def out_of_step(document, relations):
    queries = [OUT_OF_STEP[document["id"]]] if document["id"] in OUT_OF_STEP else []
    for table, olds, news, forward, _ in relations:
        if forward is list:
            queries.append(f"SELECT * FROM {quote(table)} WHERE {quote(olds[0])} IS NOT "
                           f"{quote(news[0])}")
    return queries


def schema_of(path):
    """({table: {column: [value]}}, {table: its key}) of a database, views included"""
    pools, keys = {}, {}
    database = sqlite3.connect(path)
    for (table,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND "
            "name NOT LIKE 'zdm%'").fetchall():
        information = database.execute(f"PRAGMA table_info({quote(table)})").fetchall()
        keys.update((table, row[1]) for row in information if row[5] == 1)
        pools[table] = {
            row[1]: [value for (value,) in database.execute(
                f"SELECT DISTINCT {quote(row[1])} FROM {quote(table)} LIMIT 50")]
            for row in information}
    database.close()
    return pools, keys


# Clients -----------------------------------------------------------------------------


def names_of(columns):
    return [column["name"] if isinstance(column, dict) else column
            for column in columns or []]


# What a migration has reached; before that it is at its start, 0.
EXPANDED, MIGRATED, CONTRACTING, COMPLETE = range(1, 5)


class Client:
    """One version of an application, with what it may do when."""

    ORDER = {"expanding": EXPANDED, "migrating": MIGRATED, "contracting": CONTRACTING,
             "complete": COMPLETE}

    def __init__(self, declared, table):
        self.name = declared["name"]
        self.table = declared.get("table", table)
        self.reads = names_of(declared.get("reads"))
        writes = declared.get("writes")
        self.inserts = names_of(declared.get("inserts", writes))
        self.updates = names_of(declared.get("updates", writes))
        self.deletes = writes is not None
        self.after = self.ORDER.get(declared.get("after"), 0)
        self.before = self.ORDER.get(declared.get("before"), 9)
        self.pools = None  # the case's own

    def is_active(self, stage):
        return self.after <= stage < self.before


# Types of which a value with a mark is none.
BOUND_TYPES = ("ENUM", "CHAR", "JSON", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "BOOLEAN",
               "UUID", "BLOB")


class Case:
    """A migration file, a database of its tables with many rows, and values."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        text = self.path.read_text(encoding="utf-8")
        # A plain scalar may end in "?", of which PyYAML knows nothing.
        self.document = yaml.load(text.replace(" ? }", " }"), Loader)
        self.id = self.document["id"]
        self.name = self.path.stem
        declared = self.document.get("tables") or [self.document.get("table")]
        self.tables = [table["name"] for table in declared if table]
        self.clients = [Client(client, self.tables[0])
                        for client in self.document.get("clients", [])]
        self.deletes_rows = re.search(r"delete_rows|orphans: delete|keep:|missing: delete",
                                      text) is not None
        self.renames_table = re.search(r"rename_table:", text) is not None
        self.rewrites = re.search(r"update_rows|repair|backfill:|insert_rows", text) is not None
        self.rewritten = {column for change in changes_of(self.document)
                          for operation in change.values() if isinstance(operation, dict)
                          for part in ("set", "repair")
                          for column in operation.get(part) or {}}
        self.rewritten.update(
            change["alter_column"]["column"] for change in changes_of(self.document)
            if "repair" in (change.get("alter_column") or {}))
        self.rewritten.update(
            column for change in changes_of(self.document)
            for constraint in [change.get("add_constraint") or {}]
            if constraint.get("orphans") == "set_null"
            for column in constraint.get("foreign_key", []))
        self.bound = set()
        self._note_bound(self.document)
        self._note_changes()
        self.bound.update(new for _, old, new in self.renames if old in self.bound)
        self.out_of_step = out_of_step(self.document, self.relations)
        self._learn()

    def _note_changes(self):
        self.renames = renames_of(self.document, self.canonical)
        self.relations = list(RELATIONS.get(self.id, []))
        self.relations += [(table, [old], [new], list, list)
                           for table, old, new in self.renames]
        self.splits = [  # (table, the one beside it, columns that move there)
            (change.get("table", self.tables[0]), split["to"], split["columns"])
            for change in changes_of(self.document)
            for split in [change.get("split_table")] if split]
        self.matched = []  # (table, columns) that are searched without an index
        self.retyped = set()  # (table, column) with another type in the end
        self.updates = []  # (table, where, columns) that the migration itself writes
        self.unique = set()
        self.never_null = set()
        self.deletes_all = False
        # Rows that the migration changes, deletes or inserts are no function of the others.
        self.data_changes = self.deletes_rows or self.rewrites

    def _note_bound(self, node):
        """Columns whose values are drawn from those that are known to be allowed."""
        if isinstance(node, list):
            for part in node:
                self._note_bound(part)
        if not isinstance(node, dict):
            return
        if node.get("type") in BOUND_TYPES:
            self.bound.add(node.get("name", node.get("column")))
        foreign_key = node.get("foreign_key")
        self.bound.update(foreign_key if isinstance(foreign_key, list) else [])
        check = node.get("check")
        if isinstance(check, dict):
            self.bound.add(check.get("column"))
        for part in node.values():
            self._note_bound(part)

    def canonical(self, table):
        """The name that rows are remembered under: one table may have two names."""
        for change in changes_of(self.document):
            rename = change.get("rename_table")
            if rename is not None and table == rename["to"]:
                return rename["name"]
        return table

    def _learn(self):
        """What the tables look like at the start, and which values each column may have
        before and after."""
        with tempfile.TemporaryDirectory(dir=FAST) as folder:
            path = f"{folder}/seed.db"
            url = f"sqlite:{path}"
            self._run("--url", url, "--seed-data", "--until", "expanding", self.path)
            self._run("abort", "--url", url, self.id)
            self._learn_start(path)
            self._run("--url", url, self.path)
            self.pools, self.keys = schema_of(path)
            self.keyless = set(self.pools) - set(self.keys)
            self._learn_end(shutil.copy(path, f"{folder}/end.db"))
        for table in list(self.pools):
            for change in changes_of(self.document):
                rename = change.get("rename_table", {})
                if table == rename.get("name") or table == rename.get("to"):
                    other = rename["to"] if table == rename["name"] else rename["name"]
                    if self.keys.get(table):
                        self.keys[other] = self.keys[table]

    @staticmethod
    def _run(*arguments):
        code, said = zdm(*arguments)
        assert code == 0, said

    def _learn_start(self, path):
        database = sqlite3.connect(path)
        self.schema = [sql for (sql,) in database.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE "
            "'zdm%' AND name NOT LIKE 'sqlite%' ORDER BY type DESC")]
        self.seeds = {table: database.execute(f"SELECT * FROM {quote(table)}").fetchall()
                      for table in self.tables}
        self.columns = {table: [row[1] for row in database.execute(
            f"PRAGMA table_info({quote(table)})")] for table in self.tables}
        database.close()

    def _learn_end(self, path):
        """@path: a database that waits for its contract"""

    def written_anew(self, stage):
        """The tables into which more than the old application has written before @stage."""
        return {self.canonical(client.table) for client in self.clients
                if client.table and 0 < client.after < stage}

    def may_upsert(self, table, key, stage):
        """A view has no key; nor has a table that is yet to get one, or whose key is yet
        to get its new name."""
        return not self.renames_table and table not in self.keyless and (
            stage == COMPLETE or key == self.keys[table])

    def key(self, table, columns):
        """The column by which a row is found, under the name that it has among @columns."""
        key = self.keys.get(table)
        names = [new for where, old, new in self.renames
                 if (where, old) == (self.canonical(table), key)]
        return next((name for name in [key, *names] if name in columns), key)

    # The database

    def build(self, path, n_rows, journal):
        """A database at the start; {table: [key]} of its rows"""
        database = sqlite3.connect(path, isolation_level=None)
        database.execute(f"PRAGMA journal_mode = {journal}")
        database.execute("BEGIN")
        for sql in self.schema:
            database.execute(sql)
        for table in self.tables:
            self._fill(database, table, n_rows)
        for number, (table, columns) in enumerate(self.matched):
            database.execute(f"CREATE INDEX matched_{number} ON {quote(table)} "
                             f"({', '.join(map(quote, columns))})")
        database.execute("COMMIT")
        keys = {table: self._keys_of(database, table) for table in self.tables}
        database.close()
        return keys

    def _keys_of(self, database, table):
        key = self.keys.get(table)
        return [] if key is None else [value for (value,) in database.execute(
            f"SELECT {quote(key)} FROM {quote(table)} ORDER BY 1")]

    def _fill(self, database, table, n_rows):
        seeds, columns = self.seeds[table], self.columns[table]
        key = columns.index(self.keys[table]) if self.keys.get(table) else None
        places = ", ".join("?" * len(columns))
        database.executemany(f"INSERT INTO {quote(table)} VALUES ({places})", seeds)
        if not seeds or key is None or columns[key] in self.bound:
            return
        database.executemany(
            f"INSERT INTO {quote(table)} VALUES ({places})",
            ([self._key(seeds[0][key], n) if i == key
              else self.vary(columns[i], value, f"b{n}") for i, value in
              enumerate(seeds[n % len(seeds)])]
             for n in range(max(0, n_rows - len(seeds)))))

    @staticmethod
    def _key(example, number):
        return 1_000_000 + number if isinstance(example, int) else f"k{number}"

    # Values

    def vary(self, column, value, mark):
        """A value like @value, and like no other."""
        if column in self.bound or value is None or isinstance(value, (bytes, float)):
            return value
        number = int(re.sub(r"\D", "", mark) or 0)
        if column in self.unique and mark.startswith("w"):
            writer, statement = re.findall(r"\d+", mark)
            number = 1_000_000 + 10 * int(statement) + int(writer)
            return number if isinstance(value, int) else f"{value} {number}"
        if isinstance(value, int):
            return value if any(column in olds for _, olds, *_ in self.relations) else (
                value if column.endswith("_id") else number % 1000 + 1)
        if re.fullmatch(r"-?\d+\.\d+", value):
            return f"{number % 90000}.{number % 100:02}"
        if re.fullmatch(r"\d+", value):
            return value[:2] + str(number)
        return f"{value} {mark}"

    def value(self, random, client, column, mark):
        pool = (client.pools or self.pools).get(client.table, {}).get(column) or [None]
        values = [value for value in pool if value is not None]
        # A view takes null for the default; a null may be what a migration fills.
        may_be_null = None in pool and column not in self.never_null and not (
            self.rewrites or self.renames_table)
        if not values or (may_be_null and random.random() < 0.1):
            return None
        return self.vary(column, random.choice(values), mark)


def equal(a, b):
    """Whether a reader takes them for the same: 19.9 is 19.90."""
    if a == b or a is None or b is None:
        return a == b
    try:
        return decimal.Decimal(str(a)) == decimal.Decimal(str(b))
    except decimal.InvalidOperation:
        return str(a) == str(b)


class Memory:
    """What one writer knows of its rows: every write that was acknowledged."""

    def __init__(self, case):
        self.case = case
        self.rows = {}  # (table, key) → {column: value}; None: deleted
        self.inserted = set()  # none of those that the migration may delete
        self.stage = 0

    def enter(self, stage):
        """Values of another type are not what was written."""
        if stage == COMPLETE and self.stage != COMPLETE:
            for (table, _), row in self.rows.items():
                for column in [name for of, name in self.case.retyped if of == table]:
                    (row or {}).pop(column, None)
        self.stage = stage

    def row(self, table, key):
        return self.rows.get((self.case.canonical(table), key), {})

    def _set(self, table, key, values):
        table = self.case.canonical(table)
        if self.rows.get((table, key), {}) is not None:
            self.rows.setdefault((table, key), {}).update(values)

    def _forget(self, table, key, columns):
        row = self.row(table, key) or {}
        for column in columns:
            row.pop(column, None)

    def write(self, table, key, values, is_insert):
        """@values: what was written, by column"""
        table = self.case.canonical(table)
        if is_insert and not (self.case.deletes_all and self.stage < MIGRATED):
            self.inserted.add((table, key))
        self._set(table, key, values)
        self._mirror(table, key, values)
        for whole, part, columns in self.case.splits:
            moved = {name: value for name, value in values.items() if name in columns}
            if self.stage == COMPLETE or not moved:
                continue
            if table == whole:
                self._move(whole, part, columns, key)
            elif table == part and self._is_there(whole, key):
                self._set(whole, key, moved)
        if self.stage < MIGRATED:
            self._expect_updates(table, key)

    def _move(self, whole, part, columns, key):
        """A row of the part is there as soon as it holds anything."""
        row = self.row(whole, key)
        moved = {name: row[name] for name in columns if name in row}
        if self.rows.get((part, key), {}) is None and any(
                value is not None for value in moved.values()):
            del self.rows[(part, key)]
        self._set(part, key, moved)

    def _is_there(self, table, key):
        """Rows of the start are there until they are deleted."""
        if (table, key) in self.rows:
            return self.rows[(table, key)] is not None
        return all(new != key for _, new in self.inserted)

    def _expect_updates(self, table, key):
        """The migration has yet to write, into the rows that it is about."""
        row = self.row(table, key) or {}
        for where_table, where, columns in self.case.updates:
            if where_table == table and all(row.get(name, value) == value
                                            for name, value in where.items()):
                self._forget(table, key, columns)

    def _mirror(self, table, key, values):
        for where, olds, news, forward, backward in self.case.relations:
            if where != table:
                continue
            if set(values) & set(news):
                self._follow(table, key, news, olds, backward)
            elif set(values) & set(olds):
                self._follow(table, key, olds, news, forward)

    def _follow(self, table, key, sources, targets, function):
        row = self.row(table, key) or {}
        known = function is not None and all(name in row for name in sources)
        made = None
        if known and any(row[name] is not None for name in sources):
            made = function([row[name] for name in sources])
        if made is None:
            self._forget(table, key, targets)
        else:
            self._set(table, key, dict(zip(targets, made)))

    def delete(self, table, key):
        self.rows[(self.case.canonical(table), key)] = None
        for whole, part, columns in self.case.splits:
            if table == whole:
                self.rows.pop((part, key), None)
            elif table == part and self.stage != COMPLETE:
                self._set(whole, key, dict.fromkeys(columns))
