#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What another migration, or a person, changes beside a migration stays when that one goes
back; a table that nobody else has changed ends as it began, to the letter.  Speaks TAP."""

import json
import sqlite3
import sys
import tempfile

from zdm import Tap, check_database, leftovers, picture, zdm

TAP = Tap()
KEY = {"name": "id", "type": "INTEGER", "nullable": False, "primary_key": True}
N = {"name": "n", "type": "INTEGER"}
W = {"name": "w", "type": "TEXT"}
RENAME = {"rename_column": {"from": "n", "to": "m"}}
INDEX = {"create_index": {"name": "by_n", "columns": ["n"]}}
WIDER = {"alter_column": {"column": "n", "type": "BIGINT"}}


def document(name, change, *columns, constraints=(), indexes=()):
    return {"id": name, "table": {"name": "t", "columns": [KEY, *columns], "constraints": list(constraints),
                                  "indexes": list(indexes)}, "change": change}


class Case:
    def __init__(self, name, statements):
        self.folder = tempfile.TemporaryDirectory()
        self.name, self.path = name, f"{self.folder.name}/app.db"
        for sql in statements:
            self.execute(sql)

    def execute(self, sql):
        database = sqlite3.connect(self.path, isolation_level=None)
        database.execute("PRAGMA foreign_keys = ON")
        found = database.execute(sql).fetchall()
        database.close()
        return found

    def check(self, what, fine, found=""):
        TAP.result(f"{self.name}: {what}", None if fine else f"not so: {found}")

    def zdm(self, *arguments):
        code, out, err = zdm("-q", *arguments, "--url", f"sqlite:{self.path}")
        self.check(f"{arguments[0]} {arguments[-1][-1]}", code == 0, f"exit {code}\n{out}{err}"[:2000])

    def run(self, document):
        path = f"{self.folder.name}/{document['id']}"
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(document, stream)
        self.zdm("--fail-on", "never", path)

    def definitions(self):
        return [row[0] for row in self.execute("SELECT sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'zdm%' "
                                               "AND sql IS NOT NULL ORDER BY rowid")]


def others(name, statements, mine, theirs, holds, lacks=(), contract=True, writes=()):
    """@mine starts, @theirs, a document or a person's statements, comes and stays, @mine goes
    back: before and after its own contract."""
    for complete in (False, True) if contract else (False,):
        case = Case(f"{name}, {'after' if complete else 'before'} contract", statements)
        case.run(mine)
        if complete and isinstance(theirs, list):
            case.zdm("contract", "A")
        if isinstance(theirs, list):
            for sql in theirs:
                case.execute(sql)
        else:
            case.run(theirs)
            if complete:
                case.zdm("contract", "A")
            case.zdm("contract", "B")
        case.zdm("--accept-loss", "abort", "A")
        found = " ".join(case.definitions()).lower()
        for words in holds:
            case.check(f"has {words}", words in found, found)
        for words in lacks:
            case.check(f"has no {words}", words not in found, found)
        for sql in writes:
            try:
                case.execute(sql)
                case.check(sql, True)
            except sqlite3.Error as error:
                case.check(sql, False, error)
        problem = check_database(case.path) or leftovers(case.path)
        case.check("is sound", problem is None, problem)


def check_columns():
    change = {"alter_column": {"column": "w", "type": "INTEGER", "transform": {"cast": "INTEGER"},
                               "backward": {"cast": "TEXT"}}}
    for strict in ("", " STRICT"):
        for mine in (INDEX, RENAME):
            others(f"another type{strict} beside {list(mine)[0]}",
                   [f"CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, w TEXT){strict}",
                    "INSERT INTO t VALUES (1, 1, '7')"],
                   document("A", mine, N), document("B", change, W), ['"w" integer'], ["w text"],
                   writes=["INSERT INTO t VALUES (2, 2, 8)"])
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, w TEXT NOT NULL DEFAULT 'd')"
    strict = {**W, "nullable": False, "default": "d"}
    for mine in (RENAME, WIDER):
        others(f"nullable beside {list(mine)[0]}", [table], document("A", mine, N),
               document("B", {"alter_column": {"column": "w", "nullable": True}}, strict), [], ["not null"],
               writes=["INSERT INTO t VALUES (1, 1, NULL)"])
        others(f"not null beside {list(mine)[0]}", [table.replace(" NOT NULL", "")], document("A", mine, N),
               document("B", {"alter_column": {"column": "w", "nullable": False}}, {**W, "default": "d"}), ["not null"])
        others(f"another default beside {list(mine)[0]}", [table], document("A", mine, N),
               document("B", {"alter_column": {"column": "w", "default": "e"}}, strict), ["'e'"], ["'d'"])
        others(f"another name beside {list(mine)[0]}", [table, "CREATE INDEX ix ON t (w)"], document("A", mine, N),
               document("B", {"rename_column": {"from": "w", "to": "w2"}}, strict,
                        indexes=[{"name": "ix", "columns": ["w"]}]), ["w2"])
        others(f"a column gone beside {list(mine)[0]}", [table], document("A", mine, N),
               document("B", {"drop_column": {"column": "w"}}, strict), [], ["w text"])
        others(f"a person's name beside {list(mine)[0]}", [table, "CREATE INDEX ix ON t (w)"], document("A", mine, N),
               ["ALTER TABLE t RENAME w TO w2"], ["w2", "ix"])
        others(f"a person's column beside {list(mine)[0]}", [table], document("A", mine, N),
               ["ALTER TABLE t ADD COLUMN x INTEGER DEFAULT 7"], ["x integer"])


def check_waiting():
    """One that only waits keeps what its triggers need."""
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, w TEXT NOT NULL)"
    for name, change, sql in (
            ("a split", {"split_table": {"to": "u", "key": "id", "columns": ["w"]}},
             "INSERT INTO t (id, n) VALUES (1, 1)"),
            ("a drop", {"drop_column": {"column": "w", "backward": {"constant": "x"}}},
             "INSERT INTO t (id, n) VALUES (1, 1)"),
            ("a rename", {"rename_column": {"from": "w", "to": "v"}}, "INSERT INTO t (id, n, v) VALUES (1, 1, 'v')")):
        for mine in (RENAME, INDEX):
            case = Case(f"{name} waits beside {list(mine)[0]}", [table])
            start = picture(case.path)
            case.run(document("A", mine, N))
            case.run(document("B", change, {**W, "nullable": False}))
            case.zdm("abort", "A")
            try:
                case.execute(sql)
                case.check("the new application writes", True)
            except sqlite3.Error as error:
                case.check("the new application writes", False, error)
            case.execute("DELETE FROM t")
            case.zdm("abort", "B")
            rows = case.execute("SELECT name, \"notnull\" FROM pragma_table_info('t')")
            case.check("all is there", rows == [("id", 0), ("n", 0), ("w", 1)], rows)
            case.check("to the letter, where A left nothing behind", mine is RENAME or picture(case.path) == start,
                       picture(case.path)[0])


def check_bound():
    table = ["CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, w TEXT, CONSTRAINT cc CHECK (w <> ''))",
             "CREATE INDEX ix ON t (w)", "INSERT INTO t VALUES (1, 1, 'a')"]
    index = [{"name": "ix", "columns": ["w"]}]
    check = {"name": "cc", "check": {"column": "w", "not_empty": True}}
    others("a check more", table, document("A", RENAME, N), document(
        "B", {"add_constraint": {"name": "ww", "check": {"column": "w", "max_length": 9}}}, W), ["ww", "cc"])
    others("a check less", table, document("A", RENAME, N), document(
        "B", {"drop_constraint": {"name": "cc"}}, W, constraints=[check]), [], ["check"],
           writes=["INSERT INTO t VALUES (2, 2, '')"])
    others("an index less", table, document("A", RENAME, N), document(
        "B", {"drop_index": {"name": "ix"}}, W, indexes=index), ["cc"], [" ix "])
    others("an index dropped by hand", table, document("A", RENAME, N), ["DROP INDEX ix"], ["cc"], [" ix "])
    others("another index of that name", table, document("A", RENAME, N, W, indexes=index),
           ["DROP INDEX ix", "CREATE INDEX ix ON t (w) WHERE w > 'b'"], ["where w > 'b'"])
    others("unique no more", [table[0].replace("w TEXT", "w TEXT UNIQUE")], document("A", INDEX, N), document(
        "B", {"drop_constraint": {"name": "uu"}}, W, constraints=[{"name": "uu", "unique": ["w"]}]), [], ["unique"],
           writes=["INSERT INTO t VALUES (3, 3, 'x'), (4, 4, 'x')"])
    parent = ["CREATE TABLE p (id INTEGER PRIMARY KEY)", "INSERT INTO p VALUES (1)",
              "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, w INTEGER REFERENCES p(id))"]
    writes = ["INSERT INTO t VALUES (2, 2, 1)"]
    others("the other table's name", parent, document("A", RENAME, N), {
        "id": "B", "table": {"name": "p", "columns": [KEY]}, "change": {"rename_table": {"to": "pp"}}},
           ['"pp"(id)'], writes=writes)
    others("a person's name of the other table", parent, document("A", RENAME, N), ["ALTER TABLE p RENAME TO pp"],
           ['"pp"(id)'], writes=writes)


def check_own_column():
    """What a person takes from the migration's own column stays away, too."""
    for mine in (RENAME, WIDER):
        for complete in (False, True):
            case = Case(f"own column, {list(mine)[0]}, {complete}", [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n IS NULL OR 1 < 2) CHECK (1 < 9), w TEXT)"])
            case.run(document("A", mine, N))
            if complete:
                case.zdm("contract", "A")
            case.execute("CREATE TABLE keep (a)")
            database = sqlite3.connect(case.path, isolation_level=None)
            database.executescript("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, "
                                   "' CHECK (1 < 9)', '') WHERE name = 't'; PRAGMA writable_schema = RESET")
            database.close()
            case.zdm("--accept-loss", "abort", "A")
            found = " ".join(case.definitions())
            case.check("the check is gone", "1 < 9" not in found and "1 < 2" in found, found)
    dropped = Case("a dropped column", ["CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER COLLATE NOCASE DEFAULT (1+1), "
                                        "w TEXT)", "INSERT INTO t VALUES (1, 1, 'a')"])
    start = picture(dropped.path)[0]
    dropped.run(document("A", {"drop_column": {"column": "n"}}, N))
    dropped.zdm("contract", "A")
    dropped.zdm("--accept-loss", "abort", "A")
    dropped.check("has its collation, too", picture(dropped.path)[0] == start, picture(dropped.path)[0])


def check_carried():
    """What the file does not declare of the migration's own column is there where the text
    of the start cannot be."""
    for mine, column in (({"alter_column": {"column": "n", "type": "VARCHAR", "length": 9}}, {"name": "n", "type": "TEXT"}),
                         (RENAME, {"name": "n", "type": "TEXT"})):
        others(f"a collation beside {list(mine)[0]}", [
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT COLLATE NOCASE DEFAULT 'x' CHECK (n <> 'y') UNIQUE, w TEXT)"
            if mine is not RENAME else
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT COLLATE NOCASE DEFAULT 'x' CHECK (n <> 'y'), w TEXT)"],
               document("A", mine, column), ["ALTER TABLE t ADD COLUMN x"], ["collate nocase", "default 'x'", "<> 'y'"])


def check_start():
    """Nobody else has changed it: to the letter, with all that the file does not declare."""
    table = ("CREATE TABLE t(id INTEGER PRIMARY KEY, -- the key\n  n  SMALLINT  DEFAULT (3+3) CONSTRAINT nn CHECK(n<99)"
             "  /* a */,\"W\" VARCHAR(9) NOT NULL COLLATE NOCASE DEFAULT 'x', UNIQUE ( n,W ))")
    check = {"name": "nn", "check": {"column": "n", "max": 98}}
    unique = {"name": "uu", "unique": ["n", "w"]}
    strict = {"name": "w", "type": "TEXT", "nullable": False, "default": "x"}
    for name, change, constraints in (
            ("rename", RENAME, []), ("wider", WIDER, []), ("index", INDEX, []),
            ("index dropped", {"drop_index": {"name": "ix"}}, []),
            ("no check", {"drop_constraint": {"name": "nn"}}, [check]),
            ("no unique", {"drop_constraint": {"name": "uu"}}, [unique]),
            ("unique once more", {"add_constraint": {"name": "more", "unique": ["n", "w"]}}, []),
            ("nullable", {"alter_column": {"column": "w", "nullable": True}}, []),
            ("default", {"alter_column": {"column": "w", "default": "y"}}, []),
            ("another name", {"rename_table": {"to": "u"}}, [])):
        case = Case(f"{name} alone", [table, "CREATE  INDEX ix ON t(w DESC) -- it", "INSERT INTO t VALUES (1, 1, 'a')"])
        start = picture(case.path)
        indexes = [{"name": "ix", "columns": [{"column": "w", "order": "desc"}]}] if name == "index dropped" else []
        case.run({**document("A", change, N, strict, constraints=constraints, indexes=indexes)})
        case.zdm("contract", "A")
        case.zdm("--accept-loss", "abort", "A")
        case.check("to the letter", picture(case.path) == start, picture(case.path)[0])
        problem = check_database(case.path) or leftovers(case.path)
        case.check("is sound", problem is None, problem)


def main():
    check_columns()
    check_waiting()
    check_bound()
    check_own_column()
    check_carried()
    check_start()
    TAP.done()
    sys.exit(TAP.failed)


main()
