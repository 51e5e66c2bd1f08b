#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A migration on a table with things of the user's own: triggers, views, generated columns,
foreign keys, indexes, checks, tables of every kind.

Either all of them are there and work at the end, or the migration is refused before
anything is touched, with the reason and a way out.  An abort leaves the start, byte for
byte.  Speaks TAP."""

import json
import sqlite3
import sys
import tempfile

from names import dump
from writer_support import zdm

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER, full TEXT)"
ROWS = "INSERT INTO t (id, a, n, full) VALUES (1, '12', 7, 'ada lovelace'), (2, '34', NULL, 'bob')"
AUDIT = "CREATE TABLE audit (what TEXT)"

# The statements that make the table with what is on it.
OBJECTS = {
    "after trigger": [TABLE, ROWS, AUDIT,
                      "CREATE TRIGGER ta AFTER INSERT ON t BEGIN INSERT INTO audit VALUES "
                      "('+' || NEW.id); END"],
    "after trigger on the column": [
        TABLE, ROWS, AUDIT,
        "CREATE TRIGGER ta AFTER UPDATE OF a ON t BEGIN INSERT INTO audit VALUES (NEW.a); END"],
    "before trigger that raises": [
        TABLE, ROWS, "CREATE TRIGGER tb BEFORE INSERT ON t WHEN NEW.n < 0 BEGIN SELECT "
                     "RAISE(ABORT, 'never'); END"],
    "trigger that writes the same table": [
        TABLE, ROWS, "CREATE TRIGGER tw AFTER INSERT ON t BEGIN UPDATE t SET n = "
                     "ifnull(n, 0) + 1 WHERE id = NEW.id; END"],
    "view with names": [TABLE, ROWS, "CREATE VIEW v AS SELECT id, n FROM t"],
    "view of the column": [TABLE, ROWS, "CREATE VIEW v AS SELECT id, a, full FROM t"],
    "view of everything": [TABLE, ROWS, "CREATE VIEW v AS SELECT * FROM t"],
    "view with instead of": [
        TABLE, ROWS, "CREATE VIEW v AS SELECT id, n FROM t",
        "CREATE TRIGGER vi INSTEAD OF UPDATE ON v BEGIN UPDATE t SET n = NEW.n WHERE id = "
        "OLD.id; END"],
    "generated, virtual": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER, full TEXT, "
        "g AS (n + 1) VIRTUAL)", ROWS],
    "generated, stored": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER, full TEXT, "
        "g AS (n + 1) STORED)", ROWS],
    "generated from the column": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER, full TEXT, "
        "g AS (a || '!') STORED, h AS (full || '!'))", ROWS],
    "foreign key in, cascade": [
        TABLE, ROWS, "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t "
                     "(id) ON DELETE CASCADE ON UPDATE CASCADE)",
        "INSERT INTO child VALUES (1, 1), (2, 2)"],
    "foreign key to the column": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, n INTEGER, full "
        "TEXT)", ROWS,
        "CREATE TABLE child (id INTEGER PRIMARY KEY, t_a TEXT REFERENCES t (a) ON DELETE "
        "CASCADE)", "INSERT INTO child VALUES (1, '12')"],
    "foreign key out": [
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)", "INSERT INTO parent VALUES (7), (9)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER REFERENCES "
        "parent ON DELETE SET NULL, full TEXT)", ROWS],
    "index on the column": [TABLE, ROWS, "CREATE INDEX ia ON t (a, full)"],
    "partial index": [TABLE, ROWS, "CREATE INDEX ia ON t (n) WHERE a > '1'",
                      "CREATE INDEX ib ON t (n) WHERE full IS NOT NULL"],
    "expression index": [TABLE, ROWS, "CREATE INDEX ia ON t (lower(a))",
                         "CREATE INDEX ib ON t (upper(full))"],
    "unique index": [TABLE, ROWS, "CREATE UNIQUE INDEX ia ON t (a COLLATE NOCASE DESC)"],
    "check over two columns": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER, full TEXT, "
        "CONSTRAINT c CHECK (a <> full AND n < 100))", ROWS],
    "STRICT": [TABLE + " STRICT", ROWS],
    "WITHOUT ROWID": [TABLE + " WITHOUT ROWID", ROWS],
    "STRICT, WITHOUT ROWID": [TABLE + " STRICT, WITHOUT ROWID", ROWS],
    "no key": [TABLE.replace(" PRIMARY KEY", ""), ROWS],
    "composite key": [
        "CREATE TABLE t (id INTEGER, a TEXT NOT NULL, n INTEGER, full TEXT, u INTEGER DEFAULT "
        "1, PRIMARY KEY (u, id))", ROWS],
    "text key": [TABLE.replace("INTEGER PRIMARY", "TEXT PRIMARY"), ROWS],
    "AUTOINCREMENT": [TABLE.replace("KEY,", "KEY AUTOINCREMENT,"), ROWS],
    "collation and default": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE NOT NULL DEFAULT 'x', n "
        "INTEGER, full TEXT COLLATE RTRIM)", ROWS],
    "strange layout": [
        "CREATE TABLE t(id INTEGER PRIMARY KEY /* key */,a TEXT -- it's \"a\"\n NOT NULL,\n\tn "
        "INTEGER,full TEXT)", ROWS],
}

CHANGES = {
    "rename": {"rename_column": {"from": "a", "to": "b"}},
    "type": {"alter_column": {"column": "a", "type": "INTEGER"}},
    "drop": {"drop_column": {"column": "full"}},
    "split": {"split_column": {
        "column": "full",
        "into": [{"column": {"name": "first", "type": "TEXT"},
                  "transform": {"split": " ", "part": 1}},
                 {"column": {"name": "rest", "type": "TEXT"},
                  "transform": {"split": " ", "part": "rest"}}],
        "backward": {"join": " "}}},
    "not null": {"alter_column": {"column": "n", "nullable": False,
                                  "repair": {"coalesce": 9}}},
    "rename table": {"rename_table": {"name": "t", "to": "u"}},
}


def migration(objects, change):
    key = {"name": "id", "type": "TEXT" if objects == "text key" else "INTEGER"}
    if objects not in ("no key", "composite key"):
        key["primary_key"] = True
    table = {"name": "t",
             "columns": [key, {"name": "a", "type": "TEXT", "nullable": False},
                         {"name": "n", "type": "INTEGER"}, {"name": "full", "type": "TEXT"}]}
    return {"id": "OBJECTS-1", "title": "Objects", "table": table,
            "change": CHANGES[change]}


def build(folder, objects, change):
    path, file = f"{folder}/app.db", f"{folder}/m.yaml"
    with open(file, "w", encoding="utf-8") as stream:
        json.dump(migration(objects, change), stream)
    database = sqlite3.connect(path)
    for sql in OBJECTS[objects]:
        database.execute(sql)
    database.commit()
    database.close()
    return path, file


def names(path):
    """What is there, by its name: ours and what SQLite makes of its own aside."""
    database = sqlite3.connect(path)
    found = {row for row in database.execute(
        "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'zdm%' AND name NOT LIKE "
        "'sqlite%'")}
    database.close()
    return found


def use(path, objects, table="t"):
    """What the objects do is what they did; the row that this needs goes again.  Says what
    is wrong, or gives what the objects made of it."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA foreign_keys = ON")
    seen = []
    columns = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    first = "a" if "a" in columns else "b"
    key = "'3'" if objects == "text key" else "3"
    database.execute(f"INSERT INTO {table} (id, {first}, n) VALUES ({key}, 56, 7)")
    seen += database.execute(f"SELECT id, n, CAST({first} AS INTEGER) FROM {table} WHERE "
                             "id = 3 OR id = '3'").fetchall()
    if objects == "foreign key in, cascade":
        database.execute("INSERT INTO child VALUES (3, 3)")
    if objects == "before trigger that raises":
        try:
            database.execute(f"INSERT INTO {table} (id, {first}, n) VALUES (4, 57, -1)")
            seen.append("no refusal")
        except sqlite3.IntegrityError as error:
            seen.append(str(error))
    if objects.startswith("view"):
        seen += [row[:1] for row in database.execute("SELECT * FROM v ORDER BY id")]
    if objects == "view with instead of":
        database.execute("UPDATE v SET n = 70 WHERE id = 3")
        seen += database.execute(f"SELECT n FROM {table} WHERE id = 3").fetchall()
    if objects.startswith("generated,"):
        seen += database.execute(f"SELECT g FROM {table} WHERE id = 3").fetchall()
    database.execute(f"UPDATE {table} SET {first} = 78 WHERE id = 3 OR id = '3'")
    database.execute(f"DELETE FROM {table} WHERE id = 3 OR id = '3'")
    if objects == "foreign key in, cascade":
        seen += database.execute("SELECT count(*) FROM child").fetchall()
    if "trigger" in objects and any(table == "audit" for _, table in names(path)):
        seen += database.execute("SELECT what FROM audit").fetchall()
        database.execute("DELETE FROM audit")
    seen += database.execute("PRAGMA integrity_check").fetchall()
    seen += database.execute("PRAGMA foreign_key_check").fetchall()
    database.close()
    return seen


def refused(path, start, code, said):
    """Whether it was refused before anything was touched, with the reason and what to do."""
    return code in (1, 8) and dump(path) == start and "next:" in said


def play(objects, change, way):
    """What is wrong, and whether it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        path, file = build(folder, objects, change)
        url = f"sqlite:{path}"
        usual = use(path, objects)
        start, before = dump(path), names(path)
        code, said = zdm("--url", url, file)
        if code in (1, 8):
            return ("" if refused(path, start, code, said) else f"touched: {said}"), said
        if code != 0:
            return f"run, exit {code}: {said}", None
        done = "Phase: COMPLETE" in said
        meanwhile = use(path, objects)
        if meanwhile != usual:
            return f"meanwhile they do {meanwhile}, not {usual}", None
        if not (done and way == "contract"):
            code, said = zdm(way, "--url", url, "OBJECTS-1")
            if code != 0:
                return f"{way}, exit {code}: {said}", None
        if way == "abort":
            now = dump(path)
            return ("" if now == start else f"not the start: {now} instead of {start}"), None
        table = "u" if change == "rename table" else "t"
        after = {(kind, "t" if name == table else name) for kind, name in names(path)}
        if before - after:
            return f"gone: {before - after}", None
        now = use(path, objects, table)
        if now != usual:
            return f"at the end they do {now}, not {usual}", None
        code, said = zdm("verify", "--url", url)
        return ("" if code == 0 else f"verify, exit {code}: {said}"), None


def main():
    cases = [(objects, change, way) for objects in OBJECTS for change in CHANGES
             for way in ("contract", "abort")]
    print(f"1..{len(cases)}")
    failed = False
    for number, (objects, change, way) in enumerate(cases, 1):
        try:
            problem, said = play(objects, change, way)
        except sqlite3.Error as error:
            problem, said = f"an application fails: {error}", None
        failed = failed or problem != ""
        print(f"{'not ok' if problem else 'ok'} {number} - {objects}: {change}, {way}"
              f"{' (refused)' if said else ''}")
        for line in problem.splitlines():
            print("# " + line)
        if said and "-v" in sys.argv:
            print("# " + said.splitlines()[0])
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
