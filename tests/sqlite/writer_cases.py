# SPDX-License-Identifier: Apache-2.0
"""Applications for the files that declare none: an old one that knows the tables of the
start, and a new one that knows those of the end."""

import re

from writer_support import SOURCE, Case, Client, changes_of, schema_of

FOLDER = SOURCE / "tests" / "cases" / "run"
LEFT_OUT = SOURCE / "tests" / "sqlite" / "cases-without-writers.txt"

# What a column may hold where the file has no row to take a value from.
SAMPLES = {"TEXT": ["one", "two"], "VARCHAR": ["one", "two"], "INTEGER": [1, 2],
           "BIGINT": [1, 2], "BOOLEAN": [0, 1], "DATE": ["2026-01-01", "2026-12-31"]}


def listed(value):
    """A key of a file that takes one name or several."""
    return value if isinstance(value, list) else [value]


def left_out():
    """{name of a folder: why no application writes there}"""
    lines = LEFT_OUT.read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


class CaseFolder(Case):
    """A folder of tests/cases/run."""

    def __init__(self, path):
        self.derived = set()
        super().__init__(path)
        self.name = self.path.parent.name
        self.clients = self.clients or self._clients()

    # What the changes do

    def _note_changes(self):
        super()._note_changes()
        for change in changes_of(self.document):
            table = change.get("table") or (self.tables or [None])[0]
            for kind, operation in change.items():
                note = getattr(self, f"_note_{kind}", None)
                if note is not None:
                    note(self.canonical(table), operation)

    def _note_add_column(self, table, operation):
        source = operation.get("from")
        if source is None:
            return
        name = operation["column"]["name"]
        if isinstance(source, dict):
            self.matched.append((source["table"], list(source["match"])))
            self.bound.update(column for pair in source["match"].items() for column in pair
                              if column != "id")
        else:
            self._bind_sources(operation, listed(source), operation["column"])
        if "replaces" in operation:
            self.relations.append((table, listed(source), [name], None, None))
        else:
            self.derived.add((table, name))

    def _note_merge_columns(self, table, operation):
        self.relations.append((table, operation["columns"], [operation["into"]["name"]],
                               None, None))

    def _note_alter_column(self, table, operation):
        if operation.get("nullable") is False:
            self.never_null.add(operation["column"])
        if "type" in operation:
            self.retyped.add((table, operation["column"]))
            self._bind_sources(operation, [operation["column"]], operation)

    def _note_split_table(self, table, operation):
        self.splits.append((table, operation["to"], operation["columns"]))

    def _note_add_constraint(self, _, operation):
        self.unique.update(operation.get("unique") or operation.get("primary_key") or [])

    def _note_update_rows(self, table, operation):
        self.updates.append((table, operation.get("where") or {}, set(operation["set"])))

    def _note_delete_rows(self, _, operation):
        self.deletes_all = self.deletes_all or not operation.get("where")

    def _bind_sources(self, operation, sources, column):
        """Text becomes any other text; whatever else a transform makes, not of any value,
        nor goes back from any."""
        if column["type"] != "TEXT" or re.search("cast|map", str(operation.get("transform"))):
            self.bound.update([*sources, column.get("name")])

    # Applications

    def _learn_end(self, path):
        """The tables when all is done."""
        self._run("contract", "--url", f"sqlite:{path}", self.id)
        self.end_pools, self.end_keys = schema_of(path)
        self.end_columns = {table: list(pool) for table, pool in self.end_pools.items()}
        for table, key in self.end_keys.items():
            self.keys[table] = self.keys.get(table) or key
        self._fill_pools(self.end_pools)
        self._fill_pools(self.pools)

    def _fill_pools(self, pools):
        types = {}
        self._note_types(self.document, types)
        types.update((new, types[old]) for _, old, new in self.renames if old in types)
        for table in pools.values():
            for column, values in table.items():
                if not any(value is not None for value in values):
                    values += SAMPLES.get(types.get(column), [])

    def _note_types(self, node, types):
        for part in node.values() if isinstance(node, dict) else node:
            if isinstance(part, (dict, list)):
                self._note_types(part, types)
        if isinstance(node, dict) and isinstance(node.get("type"), str):
            types[node.get("name", node.get("column"))] = node["type"]

    def _clients(self):
        old = [Client({"name": f"old {table}", "table": table, "before": "contracting",
                       "reads": self.columns[table], "writes": self.columns[table]}, None)
               for table in self.tables]
        new = [self._new_client(table, columns)
               for table, columns in self.end_columns.items()]
        return old + [client for client in new if client.table]

    def _new_client(self, table, columns):
        where = self.canonical(table)
        writes = [column for column in columns if (where, column) not in self.derived]
        retyped = any(of == where for of, _ in self.retyped)
        client = Client({"name": f"new {table}", "table": table, "reads": columns,
                         "after": "complete" if retyped else "migrating",
                         "writes": writes}, None)
        client.pools = self.end_pools
        return client


def case_folders():
    return sorted(path for path in FOLDER.glob("*/migration.yaml"))
