# SPDX-License-Identifier: Apache-2.0
"""What an application's writer needs: the clients of a migration as statements, values
they may write, and what a row must hold after a write of either application."""

import decimal
import os
import pathlib
import re
import sqlite3
import subprocess
import tempfile

import yaml

ZDM_RUN = os.environ.get("ZDM_RUN", "build/zdm-run")
SOURCE = pathlib.Path(os.environ.get("ZDM_SRCDIR", "."))


def zdm(*arguments):
    """Runs the program; its exit code and all it says."""
    result = subprocess.run([ZDM_RUN, *map(str, arguments)], capture_output=True,
                            text=True, check=False, stdin=subprocess.DEVNULL)
    return result.returncode, result.stdout + result.stderr


def quote(name):
    return '"' + name.replace('"', '""') + '"'


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


def relations_of(document):
    found = list(RELATIONS.get(document["id"], []))
    for change in changes_of(document):
        rename = change.get("rename_column")
        if rename is not None:
            table = change.get("table", document.get("table", {}).get("name"))
            found.append((table, [rename["from"]], [rename["to"]], list, list))
    return found


def out_of_step(document):
    queries = [OUT_OF_STEP[document["id"]]] if document["id"] in OUT_OF_STEP else []
    for table, olds, news, forward, _ in relations_of(document):
        if forward is list:
            queries.append(f"SELECT * FROM {quote(table)} WHERE {quote(olds[0])} IS NOT "
                           f"{quote(news[0])}")
    return queries


# Clients -----------------------------------------------------------------------------


def names_of(columns):
    return [column["name"] if isinstance(column, dict) else column
            for column in columns or []]


class Client:
    """One version of an application, with what it may do when."""

    ORDER = {"expanding": 1, "migrating": 2, "contracting": 3, "complete": 4}

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

    def is_active(self, stage):
        """Stage 0: at the start; 1: after EXPANDING; 2: after MIGRATING; 3: CONTRACTING
        has begun; 4: all is done."""
        return self.after <= stage < self.before


class Case:
    """A migration file, a database of its tables with many rows, and values."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        text = self.path.read_text(encoding="utf-8")
        # A plain scalar may end in "?", of which PyYAML knows nothing.
        self.document = yaml.safe_load(text.replace(" ? }", " }"))
        self.id = self.document["id"]
        declared = self.document.get("tables") or [self.document["table"]]
        self.tables = [table["name"] for table in declared]
        self.clients = [Client(client, self.tables[0])
                        for client in self.document.get("clients", [])]
        self.relations = relations_of(self.document)
        self.out_of_step = out_of_step(self.document)
        self.bound = set()
        self._note_bound(self.document)
        self.deletes_rows = re.search(r"delete_rows|orphans: delete|keep:", text) is not None
        self.renames_table = re.search(r"rename_table:", text) is not None
        self.rewrites = re.search(r"update_rows|repair|backfill:|insert_rows", text) is not None
        self.rewritten = {column for change in changes_of(self.document)
                          for operation in change.values() if isinstance(operation, dict)
                          for part in ("set", "repair")
                          for column in operation.get(part) or {}}
        self._learn()

    def _note_bound(self, node):
        """Columns whose values are drawn from those that are known to be allowed."""
        if isinstance(node, list):
            for part in node:
                self._note_bound(part)
        if not isinstance(node, dict):
            return
        if node.get("type") in ("ENUM", "CHAR", "JSON", "TIMESTAMPTZ", "BOOLEAN"):
            self.bound.add(node.get("name"))
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
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:{folder}/seed.db"
            code, said = zdm("--url", url, "--seed-data", "--until", "expanding", self.path)
            assert code == 0, said
            code, said = zdm("--url", url, self.path)
            assert code == 0, said
            database = sqlite3.connect(f"{folder}/seed.db")
            self.pools, self.keys = {}, {}
            for (table,) in database.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND "
                    "name NOT LIKE 'zdm%'").fetchall():
                self._learn_table(database, table)
            database.close()
            code, said = zdm("abort", "--url", url, "--accept-loss", self.id)
            assert code == 0, said
            database = sqlite3.connect(f"{folder}/seed.db")
            self.schema = [sql for (sql,) in database.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE "
                "'zdm%' AND name NOT LIKE 'sqlite%' ORDER BY type DESC")]
            self.seeds = {table: database.execute(f"SELECT * FROM {quote(table)}").fetchall()
                          for table in self.tables}
            self.columns = {table: [row[1] for row in database.execute(
                f"PRAGMA table_info({quote(table)})")] for table in self.tables}
            database.close()
        for table in list(self.pools):
            for change in changes_of(self.document):
                rename = change.get("rename_table", {})
                if table == rename.get("name") or table == rename.get("to"):
                    other = rename["to"] if table == rename["name"] else rename["name"]
                    if self.keys.get(table):
                        self.keys[other] = self.keys[table]

    def _learn_table(self, database, table):
        information = database.execute(f"PRAGMA table_info({quote(table)})").fetchall()
        keys = [row[1] for row in information if row[5] > 0]
        self.keys[table] = keys[0] if keys else self.keys.get(table)
        self.pools[table] = {
            row[1]: [value for (value,) in database.execute(
                f"SELECT DISTINCT {quote(row[1])} FROM {quote(table)} LIMIT 50")]
            for row in information}

    # The database

    def build(self, path, n_rows, journal):
        database = sqlite3.connect(path, isolation_level=None)
        database.execute(f"PRAGMA journal_mode = {journal}")
        database.execute("BEGIN")
        for sql in self.schema:
            database.execute(sql)
        for table in self.tables:
            self._fill(database, table, n_rows)
        if "user_id" in self.columns.get("orders", ()):  # who counts orders has an index
            database.execute("CREATE INDEX orders_of_users ON orders (user_id)")
        database.execute("COMMIT")
        database.close()

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
        return 10_000 + number if isinstance(example, int) else f"k{number}"

    # Values

    def vary(self, column, value, mark):
        """A value like @value, and like no other."""
        if column in self.bound or value is None or isinstance(value, (bytes, float)):
            return value
        number = int(re.sub(r"\D", "", mark) or 0)
        if isinstance(value, int):
            return value if any(column in olds for _, olds, *_ in self.relations) else (
                value if column.endswith("_id") else number % 1000 + 1)
        if re.fullmatch(r"-?\d+\.\d+", value):
            return f"{number % 90000}.{number % 100:02}"
        if re.fullmatch(r"\d+", value):
            return value[:2] + str(number)
        return f"{value} {mark}"

    def value(self, random, table, column, mark):
        pool = self.pools.get(table, {}).get(column) or [None]
        values = [value for value in pool if value is not None]
        if not values or (None in pool and not self.rewrites and random.random() < 0.1):
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
        self.inserted = set()

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
        if is_insert:
            self.inserted.add((self.case.canonical(table), key))
        self._set(table, key, values)
        self._mirror(table, key, values)
        if table == "profiles":
            self._set("users", key, values)
        elif table == "users" and "bio" in self.case.columns.get("users", []):
            moved = {name: value for name, value in values.items()
                     if name in ("bio", "homepage")}
            self._set("profiles", key, moved)

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
        if table == "users":
            self.rows.pop(("profiles", key), None)
