# SPDX-License-Identifier: Apache-2.0
"""What memory makes of the rows that a database holds."""

import copy
import json
import pathlib
import sqlite3
import tempfile

from writer_support import equal, quote, zdm_output

MAX_SHOWN = 3


def rows_of(path, table):
    """[{column: value}] of a table or a view"""
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    rows = [dict(row) for row in database.execute(f"SELECT * FROM {quote(table)}")]
    database.close()
    return rows


def tables_of(path):
    database = sqlite3.connect(path)
    names = {name for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE "
        "'zdm%'")}
    database.close()
    return names


def with_rows(case, path):
    """The case's file, with the rows of a database in place of its own."""
    document = copy.deepcopy(case.document)
    for table in document.get("tables") or [document["table"]] if case.tables else []:
        types = {column["name"]: column["type"] for column in table["columns"]}
        table["rows"] = [
            {name: as_declared(types[name], value) for name, value in row.items()
             if name in types} for row in rows_of(path, table["name"])]
    return document


def as_declared(column_type, value):
    """A value of SQLite's as a migration file writes it."""
    if column_type == "BOOLEAN" and value is not None:
        return bool(value)
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def in_memory(case, until, path):
    """{table: [{column: value}]}"""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "migration.yaml"
        text = json.dumps(with_rows(case, path), ensure_ascii=False, default=str)
        # A key of a `map` may be null, which JSON's cannot.
        file.write_text(text.replace('"null": ', "null: "), encoding="utf-8")
        code, output, said = zdm_output("--format", "json", "--max-rows", "1000000", "--fail-on",
                                        "never", "--until", until, file)
    assert code == 0, said
    return {table["name"]: table["rows"] for table in json.loads(output)["tables"]}


def shown(row):
    """Its values as zdm-run writes them."""
    return {name: f"0x{value.hex()}" if isinstance(value, bytes) else value
            for name, value in row.items()}


def holds_anything(case, table, row):
    """A row beside another one, all of whose columns have become null, may stay."""
    moved = [columns for _, part, columns in case.splits if part == table]
    return not moved or any(row[name] is not None for name in moved[0])


def differences(case, until, before, after, left_out):
    """Rows of @after that are not what memory makes of @before, but in the tables of
    @left_out."""
    found = []
    names = tables_of(after)
    for table, rows in in_memory(case, until, before).items():
        key = case.key(table, rows[0] if rows else [])
        if table not in names or key is None or case.canonical(table) in left_out:
            continue
        rows = [row for row in rows if holds_anything(case, table, row)]
        there = {row[key]: shown(row) for row in rows_of(after, table)
                 if holds_anything(case, table, row)}
        found += [f"{table} {row[key]}: {column} is {there.get(row[key], {}).get(column)!r}, "
                  f"in memory {value!r}" for row in rows for column, value in row.items()
                  if not equal(there.get(row[key], {}).get(column), value)]
        found += [f"{table} {lost}: not in memory" for lost in
                  sorted(set(there) - {row[key] for row in rows}, key=str)[:MAX_SHOWN]]
        if len(there) != len(rows):
            found.append(f"{table}: {len(there)} rows, {len(rows)} in memory")
    return found[:MAX_SHOWN]
