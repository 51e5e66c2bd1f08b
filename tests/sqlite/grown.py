#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Defaults, checks, keys and collations that the file does not declare.

After contract a row that leaves the column out becomes what it became before, what was
bound is bound, and an abort leaves the text of the start.  What cannot be carried is named
before anything is touched.  Speaks TAP."""

import json
import sqlite3
import sys
import tempfile

from zdm import Tap, picture, zdm

TAP = Tap()
KEY = {"name": "id", "type": "INTEGER", "nullable": False, "primary_key": True}
LEAVE_OUT = "INSERT INTO t (id) VALUES (9)"


def migration(column, change, constraints=(), more=()):
    return {"id": "GROWN", "table": {
        "name": "t", "columns": [KEY, {"name": "n", **column}, *more],
        "constraints": list(constraints)}, "change": change}


def alter(kind, **more):
    return {"alter_column": {"column": "n", "type": kind, **more}}


RENAME = {"rename_column": {"from": "n", "to": "m"}}
SPLIT = {"split_table": {"to": "u", "key": "id", "columns": ["n"]}}
NUMBER, TEXT = {"type": "INTEGER"}, {"type": "TEXT"}
TEMPLATE = {"transform": {"template": "n-{n}"},
            "backward": [{"split": "-", "part": 2}, {"cast": "INTEGER"}]}
UPPER = {"transform": "upper", "backward": "lower"}
O = {"name": "o", "type": "INTEGER"}


class Case:
    def __init__(self, name, definition, document, rows=()):
        self.folder = tempfile.TemporaryDirectory()
        self.name, self.path = name, f"{self.folder.name}/app.db"
        self.file = f"{self.folder.name}/m.yaml"
        with open(self.file, "w", encoding="utf-8") as stream:
            json.dump(document, stream)
        parts = definition.split(";") if isinstance(definition, str) else definition
        for sql in (*parts, *rows):
            self.execute(sql)
        self.start = picture(self.path)

    def execute(self, sql, *values):
        database = sqlite3.connect(self.path, isolation_level=None)
        database.execute("PRAGMA foreign_keys = ON")
        found = database.execute(sql, values).fetchall()
        database.close()
        return found

    def zdm(self, *arguments):
        return zdm(*arguments, "--url", f"sqlite:{self.path}")

    def run(self, *more):
        return self.zdm("-q", "--fail-on", "never", *more, self.file)

    def check(self, what, fine, found=""):
        TAP.result(f"{self.name}: {what}", None if fine else f"not so: {found}")

    def ends(self, what, expected, answer):
        code, out, err = answer
        self.check(what, code == expected, f"exit {code}\n{out}{err}")

    def breaks(self, what, sql):
        try:
            self.execute(sql)
            self.check(what, False, f"{sql} was taken")
        except sqlite3.IntegrityError:
            self.check(what, True)


def carried(name, definition, document, probes, rows=()):
    """@probes: (statement or None, query, rows) after contract; a statement that must
    fail has no query.  Then the abort gives back the start."""
    case = Case(name, definition, document, rows)
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    for statement, query, expected in probes:
        if query is None:
            case.breaks(f"{statement} is refused", statement)
            continue
        if statement:
            case.execute(statement)
        found = case.execute(query)
        case.check(query, found == expected, found)
    case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
    case.check("the text of the start", picture(case.path)[0] == case.start[0],
               picture(case.path)[0])


def refused(name, definition, document, words, expected=8):
    """Before a run and by plan --url, with nothing touched."""
    case = Case(name, definition, document)
    code, out, err = case.zdm("plan", "--fail-on", "never", case.file)
    case.check("plan --url says so", all(word in out + err for word in words),
               f"exit {code}\n{out}{err}")
    code, _, err = case.run()
    case.check("is refused", code == expected and all(word in err for word in words),
               f"exit {code}\n{err}")
    case.check("nothing is touched", picture(case.path) == case.start)


def default_of(name, definition, column, change, value):
    carried(name, f"CREATE TABLE t (id INTEGER PRIMARY KEY, n {definition})",
            migration(column, change), [(LEAVE_OUT, "SELECT * FROM t", [(9, value)])])


def check_defaults():
    default_of("a number becomes text", "INTEGER DEFAULT 6", NUMBER, alter("TEXT", **TEMPLATE),
               "n-6")
    default_of("as the column stores it", "INTEGER DEFAULT '6'", NUMBER,
               alter("TEXT", **TEMPLATE), "n-6")
    default_of("a quote", "TEXT DEFAULT 'it''s'", TEXT, alter("TEXT", **UPPER), "IT'S")
    default_of("an expression that is always the same", "TEXT DEFAULT (lower('X') || 'y')",
               TEXT, alter("TEXT", **UPPER), "XY")
    default_of("SQL of the user's", "INTEGER DEFAULT 6", NUMBER,
               alter("INTEGER", transform={"expression": {"sqlite": "n * 2 + t.n"}},
                     backward={"expression": {"sqlite": "n / 3"}}), 18)
    default_of("null", "INTEGER DEFAULT NULL", NUMBER, alter("TEXT", **TEMPLATE), None)
    default_of("a wider type", "INTEGER DEFAULT (2 + 4)", NUMBER, alter("BIGINT"), 6)
    default_of("one that the file gives", "INTEGER DEFAULT 6", NUMBER,
               alter("TEXT", default="given", **TEMPLATE), "given")
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT DEFAULT "
    change = migration(TEXT, alter("TEXT", **UPPER))
    refused("computed for each row", table + "(hex(randomblob(4))))", change,
            ["hex(randomblob(4))", "default_expression"])
    refused("the moment", table + "(strftime('%s', 'now')))", change, ["strftime", "drop it first"])
    refused("what does not convert", table + "'abc')",
            migration(TEXT, alter("INTEGER", transform={"cast": "INTEGER"},
                                  backward={"cast": "TEXT"})), ["'abc'", "does not convert"])
    refused("what needs the row", table + "'abc')",
            migration(TEXT, alter("TEXT", transform={"expression": {"sqlite": "n || id"}},
                                  backward="lower")), ["'abc'", "id"])


def check_rename():
    default_of("rename: default", "INTEGER DEFAULT 6", NUMBER, RENAME, 6)
    carried("rename: the moment", "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT DEFAULT "
            "CURRENT_TIMESTAMP)", migration(TEXT, RENAME),
            [(LEAVE_OUT, "SELECT m LIKE '20__-%' FROM t", [(1,)])])
    carried("rename: checks", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 100 "
            "AND t.n > -5), o INTEGER, CHECK (\"n\" <> 17 OR o = 1))",
            migration(NUMBER, RENAME, more=[O]),
            [("INSERT INTO t VALUES (9, 100, 1)", None, None),
             ("INSERT INTO t VALUES (9, 17, 2)", None, None),
             ("INSERT INTO t VALUES (9, 17, 1)", "SELECT m FROM t", [(17,)])])
    carried("rename: a key to another table", "CREATE TABLE p (id INTEGER PRIMARY KEY);"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER REFERENCES p ON DELETE CASCADE)",
            migration(NUMBER, RENAME),
            [("INSERT INTO t VALUES (9, 1)", None, None),
             ("INSERT INTO p VALUES (1)", "SELECT * FROM t", []),
             ("INSERT INTO t VALUES (9, 1)", "SELECT * FROM t", [(9, 1)]),
             ("DELETE FROM p", "SELECT * FROM t", [])])
    carried("rename: unique", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, o "
            "INTEGER, UNIQUE (o, n))", migration(NUMBER, RENAME, more=[O]),
            [("INSERT INTO t VALUES (9, 1, 1)", "SELECT m FROM t WHERE m = 1", [(1,)]),
             ("INSERT INTO t VALUES (8, 1, 2)", None, None),
             (None, "PRAGMA integrity_check", [("ok",)])])
    carried("rename: generated columns", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, g "
            "AS (n + 1), h AS (n * 2) STORED)", migration(NUMBER, RENAME),
            [("INSERT INTO t VALUES (9, 4)", "SELECT * FROM t", [(9, 4, 5, 8)])])
    refused("rename: a key to it", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER UNIQUE);"
            "CREATE TABLE x (t_n INTEGER REFERENCES t (n))", migration(NUMBER, RENAME),
            ["foreign key of 'x'", "'n' of 't'"])
    # What a new application puts on the mirror while both are there.
    case = Case("rename: the mirror", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 6)",
                migration(NUMBER, RENAME), ["INSERT INTO t VALUES (1, 1)"])
    case.ends("runs", 0, case.run())
    case.execute("CREATE INDEX im ON t (m)")
    case.execute("CREATE VIEW v AS SELECT m FROM t WHERE m < 99")
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.execute(LEAVE_OUT)
    found = case.execute("SELECT v.m FROM v ORDER BY 1")
    case.check("is there", found == [(1,), (6,)], found)
    found = case.execute("SELECT id FROM t INDEXED BY im WHERE m = 1")
    case.check("and right", found == [(1,)], found)
    found = case.execute("PRAGMA integrity_check")
    case.check("integrity", found == [("ok",)], found)


def check_bound():
    """Checks and keys over values that are others afterwards."""
    check = {"name": "c", "check": {"column": "n", "in": ["a", "b"]}}
    for name, definition, constraints in (
            ("declared", "CONSTRAINT c CHECK (n IN ('a', 'b'))", [check]),
            ("not declared", "CHECK (n IN ('a', 'b'))", []),
            ("a key", "REFERENCES p", [])):
        case = Case(f"bound, {name}", "CREATE TABLE p (k TEXT PRIMARY KEY); INSERT INTO p VALUES ('a'); "
                    f"CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT {definition})",
                    migration(TEXT, alter("TEXT", **UPPER), constraints),
                    ["INSERT INTO t VALUES (1, 'a')"])
        case.ends("runs", 0, case.run())
        code, _, err = case.zdm("-q", "contract", "GROWN")
        case.check("contract takes it back", code == 3 and "row id 1 of 't'" in err,
                   f"exit {code}\n{err}")
        case.check("nothing is lost", picture(case.path) == case.start)
    refused("bound to numbers", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 100))",
            migration(NUMBER, alter("TEXT", **TEMPLATE)), ["check (n < 100)", "declare it"])
    carried("bound, and stays so", "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t "
            "(id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 100) REFERENCES p)",
            migration(NUMBER, alter("BIGINT")),
            [("INSERT INTO t VALUES (9, 100)", None, None),
             ("INSERT INTO t VALUES (9, 5)", None, None)])


def check_split():
    carried("split", "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (6); "
            "CREATE TABLE t (id VARCHAR(9) COLLATE NOCASE PRIMARY KEY, n SMALLINT DEFAULT (3 + 3) "
            "CONSTRAINT \"c c\" CHECK (n < 100) REFERENCES p ON DELETE SET NULL, o INTEGER)",
            {**migration(NUMBER, SPLIT, more=[O]), "table": {
                "name": "t", "columns": [{**KEY, "type": "TEXT"}, {"name": "n", "type": "INTEGER"}, O]}},
            [("INSERT INTO u (id) VALUES ('B')", "SELECT * FROM u ORDER BY id", [("a", 1), ("B", 6)]),
             ("INSERT INTO u VALUES ('b', 1)", None, None),
             ("INSERT INTO u VALUES ('c', 100)", None, None),
             ("INSERT INTO u VALUES ('c', 7)", None, None),
             ("DELETE FROM p WHERE id = 1", "SELECT n FROM u WHERE id = 'A'", [(None,)]),
             (None, "SELECT type FROM pragma_table_info('u')", [("VARCHAR(9)",), ("SMALLINT",)])],
            ["INSERT INTO t VALUES ('a', 1, 2)"])
    # What stands with the columns that move says the same of a row in the new table.
    uq = {"name": "uu", "unique": ["n"]}
    carried("split: policies", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CONSTRAINT nn NOT NULL ON CONFLICT "
            "IGNORE CONSTRAINT uu UNIQUE ON CONFLICT IGNORE, o INTEGER)",
            migration({**NUMBER, "nullable": False}, SPLIT, [uq], more=[O]),
            [("INSERT INTO u VALUES (3, NULL), (4, 1), (5, 5)", "SELECT * FROM u ORDER BY id", [(1, 1), (5, 5)]),
             (None, "SELECT sql LIKE '%CONSTRAINT nn NOT NULL%' FROM sqlite_schema WHERE name = 'u'", [(1,)])],
            ["INSERT INTO t VALUES (1, 1, 1)"])
    refused("split: a check over both", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK "
            "(n < o), o INTEGER)", migration(NUMBER, SPLIT, more=[O]), ["check (n < o)", "'u'"])


def check_own_sql():
    """Your own SQL knows the old column by its name, and in backward the new one."""
    for name, forward, backward, new, old, followed in (
            ("bare", "n * 2", "n / 2", 14, 50, 14),
            ("with its table", "t.n * 2", "t.n / 2", 14, 50, 14),
            ("beside others", "n * 2 + t.o + t.rowid + (SELECT count(*) FROM t WHERE n > 999)",
             "(\"t\".n - t.o - rowid) / 2", 18, 48, 20)):
        case = Case(f"own SQL, {name}", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, o INTEGER)",
                    migration(NUMBER, alter("BIGINT", transform={"expression": forward},
                                            backward={"expression": backward}), more=[O]),
                    ["INSERT INTO t VALUES (2, 5, 1)"])
        case.ends("runs", 0, case.run())
        case.execute("INSERT INTO t (id, n, o) VALUES (3, 7, 1)")
        case.execute("UPDATE t SET zdm_new_n = 100 WHERE id = 2")
        found = case.execute("SELECT n, zdm_new_n FROM t ORDER BY id")
        case.check("is in step", found == [(old, 100), (7, new)], found)
        case.execute("UPDATE t SET o = 3 WHERE id = 3")
        found = case.execute("SELECT zdm_new_n FROM t WHERE id = 3")
        case.check("follows what it reads", found == [(followed,)], found)
        case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
        case.execute("UPDATE t SET n = n + 2")
        case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
        found = case.execute("SELECT n FROM t ORDER BY id")
        case.check("comes back", found == [(old + 1,), (8,)], found)


TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER{}, o INTEGER)"


def check_text_keys():
    """A key that SQLite lets be null, and is not: the file says NOT NULL of every key."""
    key = {"nullable": False, "primary_key": True}
    for words, columns in (("n TEXT PRIMARY KEY, o INTEGER", [{"name": "n", **TEXT, **key}, O]),
                           ("n TEXT, o INTEGER, PRIMARY KEY (o, n)",
                            [{"name": "n", **TEXT, **key}, {**O, **key}])):
        for name, change, probe in (("rename", RENAME, "m"), ("another type", alter("VARCHAR", length=9), "n"),
                                    ("other values", alter("TEXT", **UPPER), "lower(n)")):
            document = {"id": "GROWN", "table": {"name": "t", "columns": columns}, "change": change}
            definition = f"CREATE TABLE t ({words})"
            carried(f"text key {words}, {name}", definition, document,
                    [("INSERT INTO t VALUES ('b', 2)" if name == "rename" else "INSERT INTO t (n, o) VALUES ('b', 2)",
                      f"SELECT {probe} FROM t ORDER BY 1", [("a",), ("b",)]),
                     ("INSERT INTO t (o) VALUES (3)", None, None)], ["INSERT INTO t VALUES ('a', 1)"])
            refused(f"text key {words}, {name} of null", definition + "; INSERT INTO t VALUES (NULL, 1)", document,
                    ["row ", "has no 'n'", "NOT NULL"])
    refused("a key without rowid", "CREATE TABLE t (n TEXT PRIMARY KEY, o INTEGER) WITHOUT ROWID",
            {"id": "GROWN", "table": {"name": "t", "columns": [{"name": "n", **TEXT, **key}, O]}, "change": RENAME},
            ["WITHOUT ROWID", "'n'"])
    # In a STRICT table each key is NOT NULL, without the words.
    parts = {"split_column": {"column": "n", "backward": {"join": "-"}, "into": [
        {"column": {"name": f"p{i}", **TEXT}, "transform": {"split": "-", "part": i}} for i in (1, 2)]}}
    for name, words, columns, change, table in (
            ("rename", "n TEXT PRIMARY KEY, o INTEGER", [{"name": "n", **TEXT, **key}, O], RENAME, "STRICT"),
            ("rename of one", "n TEXT, o INTEGER, PRIMARY KEY (o, n)", [{"name": "n", **TEXT, **key}, {**O, **key}],
             RENAME, "STRICT"),
            ("split", "n TEXT PRIMARY KEY, o INTEGER", [{"name": "n", **TEXT, **key}, O], parts, "STRICT"),
            ("split", "n TEXT PRIMARY KEY, o INTEGER", [{"name": "n", **TEXT, **key}, O], parts, "WITHOUT ROWID")):
        refused(f"a {table} key, {name}", f"CREATE TABLE t ({words}) {table}",
                {"id": "GROWN", "table": {"name": "t", "columns": columns}, "change": change},
                [table, "'n'", "could add no row"])
    case = Case("a STRICT key that numbers rows", "CREATE TABLE t (n INTEGER PRIMARY KEY, o INTEGER) STRICT",
                {"id": "GROWN", "table": {"name": "t", "columns": [{"name": "n", **NUMBER, **key}, O]}, "change": RENAME})
    case.ends("runs", 0, case.run())
    case.execute("INSERT INTO t (m) VALUES (7)")
    found = case.execute("SELECT n FROM t")
    case.check("is written by the new name", found == [(7,)], found)


def check_second_name():
    """By the new name of a table, a column that is left out has its default."""
    words = ('hello', '"some text"', "[a]", "`it's`", "key", "TRUE", "NULL", "-6", "+ 1.5", "x'00ff'", "'it''s'",
             "(1 + 2)", "größe", "CURRENT_DATE", "current_date", '"current_date"')
    columns = ", ".join(f"c{i} DEFAULT {word}" for i, word in enumerate(words))
    case = Case("second name", f"CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, {columns})",
                migration(NUMBER, {"rename_table": {"to": "u"}}))
    case.ends("runs", 0, case.run())
    case.execute("INSERT INTO t (id, n) VALUES (1, 1)")
    case.execute("INSERT INTO u (id, n) VALUES (2, 1)")
    rows = case.execute("SELECT * FROM u ORDER BY id")
    for i, word in enumerate(words):
        case.check(f"DEFAULT {word}", rows[0][i + 2] == rows[1][i + 2], rows)
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))


def check_dropped():
    """A default that the file does not declare comes back with its column."""
    for definition, declared, value, *backward in (
            ("INTEGER NOT NULL DEFAULT 6", NUMBER, "n = 6"), ("TEXT NOT NULL DEFAULT hello", TEXT, "n = 'hello'"),
            ("TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP", TEXT, "n LIKE '20__-%'"),
            ("TEXT NOT NULL DEFAULT (hex(randomblob(3)))", TEXT, "length(n) = 6"),
            ("INTEGER DEFAULT 6", NUMBER, "n = 6"),
            ("INTEGER DEFAULT 6", NUMBER, "n = CASE WHEN id < 4 THEN 7 ELSE 6 END", {"constant": 7})):
        case = Case(f"dropped, {definition}", TABLE.replace("INTEGER{}", definition),
                    migration({**declared, "nullable": "NOT NULL" not in definition}, {"drop_column": {
                        "column": "n", **({"backward": backward[0]} if backward else {})}}, more=[O]), ["INSERT INTO t VALUES (1, 5, 1)"])
        case.ends("runs", 0, case.run())
        case.execute("INSERT INTO t (id, o) VALUES (2, 2)")
        case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
        case.execute("INSERT INTO t (id, o) VALUES (3, 3)")
        case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
        case.check("the text of the start", picture(case.path)[0] == case.start[0], picture(case.path)[0])
        case.execute("INSERT INTO t (id, o) VALUES (4, 4)")
        found = case.execute(f"SELECT id, {value} FROM t ORDER BY id")
        case.check("has its value", found == [(1, 1), (2, 1), (3, 1), (4, 1)], found)


def check_ignored():
    """What OR IGNORE skips by the old name it does not leave half by the new one."""
    for name, words, column, change, new, value, taken in (
            ("unique", "UNIQUE", NUMBER, RENAME, "m", "{}", 1),
            ("a check", "CHECK (n < 100)", NUMBER, RENAME, "m", "{}", 200),
            ("not null", "NOT NULL UNIQUE", {**NUMBER, "nullable": False}, RENAME, "m", "{}", 1),
            ("its own policy", "UNIQUE ON CONFLICT IGNORE", NUMBER, RENAME, "m", "{}", 1),
            ("another type", "UNIQUE", NUMBER, alter("TEXT", **TEMPLATE), "zdm_new_n", "'n-{}'", 1),
            ("own SQL", "UNIQUE", NUMBER, alter(
                "BIGINT", transform={"expression": "n * 2 + o"}, backward={"expression": "(n - o) / 2"}),
             "zdm_new_n", "2 * {} + 3", 1)):
        case = Case(f"ignored, {name}", TABLE.format(" " + words), migration(column, change, more=[O]),
                    ["INSERT INTO t VALUES (1, 1, 3), (2, 2, 3)"])
        case.ends("runs", 0, case.run())
        case.execute(f"INSERT OR IGNORE INTO t (id, {new}, o) VALUES (3, {value.format(taken)}, 3), "
                     f"(4, {value.format(4)}, 3)")
        found = case.execute("SELECT id, n FROM t ORDER BY id")
        case.check("an insert is skipped", found == [(1, 1), (2, 2), (4, 4)], found)
        case.breaks("an update is refused", f"UPDATE OR IGNORE t SET {new} = {value.format(taken)} WHERE id = 2")
        case.execute(f"UPDATE OR IGNORE t SET {new} = {value.format(7)} WHERE id = 2")
        found = case.execute("SELECT id, n FROM t ORDER BY id")
        case.check("and nothing is half", found == [(1, 1), (2, 7), (4, 4)], found)
        case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))


def check_cells():
    """Rows that are older than a column read its default, and go on reading that one."""
    for name, added, column, change, rows in (
            ("another default", "n TEXT DEFAULT 'zz'", TEXT,
             {"alter_column": {"column": "n", "default": "new"}}, ["zz", "zz", "zz", "new"]),
            ("a declared one", "n TEXT DEFAULT 'zz'", {"type": "TEXT", "default": "zz"},
             {"alter_column": {"column": "n", "default": "new"}}, ["zz", "zz", "zz", "new"]),
            ("a bare word", "n TEXT DEFAULT zz", TEXT,
             {"alter_column": {"column": "n", "default": "new"}}, ["zz", "zz", "zz", "new"]),
            ("none any more", "n TEXT DEFAULT 'zz'", {"type": "TEXT", "default": "zz"},
             {"alter_column": {"column": "n", "default": None}}, ["zz", "zz", "zz", None]),
            ("one where there was none", "n TEXT", TEXT,
             {"alter_column": {"column": "n", "default": "new"}}, [None, None, None, "new"]),
            ("another type", "n INTEGER DEFAULT 6", NUMBER, alter("BIGINT"), [6, 6, 6, 6]),
            ("null, and another type", "n INTEGER", NUMBER, alter("BIGINT", default=6),
             [None, None, None, 6])):
        case = Case(f"older rows, {name}", "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t "
                    "VALUES (1), (2); CREATE TABLE log (id INTEGER)", migration(column, change),
                    [f"ALTER TABLE t ADD COLUMN {added}", "INSERT INTO t (id) VALUES (3)"])
        case.execute("CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (1); END")
        case.ends("runs", 0, case.run())
        case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
        case.execute("INSERT INTO t (id) VALUES (4)")
        found = [row[0] for row in case.execute("SELECT n FROM t ORDER BY id")]
        case.check("after contract", found == rows, found)
        fired = case.execute("SELECT count(*) FROM log")
        case.check("no trigger fired", "type" in name or fired == [(0,)], fired)
        case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
        found = [row[0] for row in case.execute("SELECT n FROM t ORDER BY id")]
        case.check("after abort", found == rows, found)
    # A null that is written stays null where a default comes with the swap, and goes with the abort.
    case = Case("null beside a default", TABLE.format(" DEFAULT 6"), migration(NUMBER, alter("BIGINT"), more=[O]),
                ["INSERT INTO t VALUES (1, NULL, 1), (2, 2, 2)"])
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.execute("UPDATE t SET n = NULL WHERE id = 2")
    case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
    found = case.execute("SELECT n FROM t")
    case.check("stays", found == [(None,), (None,)], found)


def check_keys():
    """The key of a renamed column is stored as it was."""
    key = {"nullable": False, "primary_key": True}
    for name, definition, columns, row in (
            ("descending", "n INTEGER PRIMARY KEY DESC, o INTEGER",
             [{"name": "n", **NUMBER, **key}, O], "10, 1"),
            ("of two, in another order", "id INTEGER NOT NULL, n INTEGER NOT NULL, o INTEGER, CONSTRAINT "
             "kk PRIMARY KEY (n, id DESC) ON CONFLICT FAIL",
             [KEY, {"name": "n", **NUMBER, **key}, O], "1, 2, 3"),
            ("that counts", "n INTEGER PRIMARY KEY AUTOINCREMENT, o INTEGER",
             [{"name": "n", **NUMBER, **key}, O], "10, 1")):
        case = Case(f"key, {name}", f"CREATE TABLE t ({definition})",
                    {"id": "GROWN", "table": {"name": "t", "columns": columns}, "change": RENAME},
                    [f"INSERT INTO t VALUES ({row})"])
        case.ends("runs", 0, case.run())
        case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
        found = case.execute("SELECT sql FROM sqlite_schema WHERE name = 't'")[0][0]
        wanted = f"CREATE TABLE t ({definition})".replace("n INTEGER", "m INTEGER").replace("(n,", "(m,")
        case.check("is the same", found == wanted, found)
        case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
        case.check("and at the end", picture(case.path) == case.start, picture(case.path))
        found = case.execute("PRAGMA integrity_check")
        case.check("integrity", found == [("ok",)], found)


def check_words():
    """Names, policies and AUTOINCREMENT stand with the column that has the name, there and back."""
    key = {"name": "n", **NUMBER, "nullable": False, "primary_key": True}
    half = {"transform": {"expression": "n * 2"}, "backward": {"expression": "n / 2"}}
    for name, words, column, change in (
            ("numbered", "INTEGER CONSTRAINT kk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT", key,
             alter("BIGINT")),
            ("key", "INTEGER CONSTRAINT kk PRIMARY KEY ON CONFLICT IGNORE", key, alter("INTEGER", **half)),
            ("descending", "INTEGER CONSTRAINT kk PRIMARY KEY DESC", key, alter("BIGINT")),
            ("unique", "INTEGER CONSTRAINT uu UNIQUE ON CONFLICT FAIL", NUMBER, alter("BIGINT")),
            ("a check and a key", "INTEGER CONSTRAINT cc CHECK (n < 99) CONSTRAINT ff REFERENCES p", NUMBER,
             alter("BIGINT")),
            ("not null", "INTEGER CONSTRAINT nn NOT NULL ON CONFLICT IGNORE",
             {**NUMBER, "nullable": False}, alter("BIGINT")),
            ("not null, renamed", "INTEGER CONSTRAINT nn NOT NULL ON CONFLICT IGNORE",
             {**NUMBER, "nullable": False}, RENAME),
            ("not null with a default", "INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 6",
             {**NUMBER, "nullable": False, "default": 6}, alter("BIGINT"))):
        columns = [column, O] if column is key else [KEY, {"name": "n", **column}, O]
        first = "" if column is key else "id INTEGER PRIMARY KEY, "
        case = Case(f"words, {name}", f"CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t ({first}n {words}, "
                    "o INTEGER)", {"id": "GROWN", "table": {"name": "t", "columns": columns}, "change": change},
                    ["INSERT INTO p VALUES (2)", "INSERT INTO t (n, o) VALUES (2, 1)"])
        case.ends("runs", 0, case.run())
        case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
        found = case.execute("SELECT sql FROM sqlite_schema WHERE name = 't'")[0][0]
        for word in words.replace("INTEGER ", "").replace(" DEFAULT 6", "").split(" CONSTRAINT "):
            word = word if change is not RENAME else word.replace("n <", "m <")
            case.check(f"{word} is there", word in found, found)
        case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
        case.check("at the start", picture(case.path) == case.start, picture(case.path))
    # What has been used is not used again.
    numbered = {"id": "GROWN", "table": {"name": "t", "columns": [key, O]}, "change": alter("BIGINT")}
    definition = "CREATE TABLE t (n INTEGER PRIMARY KEY AUTOINCREMENT, o INTEGER)"
    case = Case("numbers", definition, numbered, ["INSERT INTO t VALUES (1, 1), (7, 7)", "DELETE FROM t WHERE n = 7"])
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.execute("INSERT INTO t (o) VALUES (2), (3)")
    case.execute("DELETE FROM t WHERE n > 8")
    case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
    case.execute("INSERT INTO t (o) VALUES (4)")
    found = case.execute("SELECT n FROM t ORDER BY n")
    case.check("go on", found == [(1,), (8,), (10,)], found)
    for kind, more in (("TEXT", TEMPLATE), ("INTEGER", half)):
        refused(f"numbers to {kind}", definition, {**numbered, "change": alter(kind, **more)},
                ["AUTOINCREMENT", "'n'", "take it from the definition"])
    # A key that replaces rows does not when values become the same.
    case = Case("a key that replaces", "CREATE TABLE t (n INTEGER PRIMARY KEY ON CONFLICT REPLACE, o INTEGER)",
                {**numbered, "change": alter("INTEGER", **half)}, ["INSERT INTO t VALUES (1, 1)"])
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.execute("INSERT INTO t VALUES (3, 3)")
    code, _, err = case.zdm("-q", "abort", "GROWN", "--accept-loss")
    case.check("an abort waits", code == 4 and "UNIQUE" in err, f"{code} {err}")
    found = case.execute("SELECT n, o FROM t ORDER BY n")
    case.check("for all rows", found == [(2, 1), (3, 3)], found)
    # NOT NULL that says what becomes of the row says it while two columns are in step, too.
    case = Case("not null while both are there", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL ON "
                "CONFLICT IGNORE)", migration({**NUMBER, "nullable": False}, RENAME))
    case.ends("runs", 0, case.run())
    case.execute("INSERT INTO t (id, n) VALUES (1, NULL), (2, 2)")
    case.execute("INSERT INTO t (id, m) VALUES (3, NULL), (4, 4)")
    case.execute("UPDATE t SET n = iif(id = 2, NULL, 5)")
    found = case.execute("SELECT id, n, m FROM t ORDER BY 1")
    case.check("skips the row", found == [(2, 2, 2), (4, 5, 5)], found)
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))


def check_refused():
    table = TABLE.format("")
    change = migration(NUMBER, alter("TEXT", **TEMPLATE), more=[O])
    rename = migration(NUMBER, RENAME, more=[O])
    generated = {"id": "GROWN", "table": {"name": "t", "columns": [KEY, O, {"name": "n", **NUMBER}]},
                 "change": RENAME}
    refused("a generated column is renamed",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, o INTEGER, n INTEGER AS (o + 1))", generated,
            ["generated column", '"n"'])
    refused("a generated column over it", TABLE.format("") [:-1] + ", g AS (n * 2))", change,
            ["generated column (n * 2)"])
    refused("a partial index over it", f"{table}; CREATE UNIQUE INDEX ux ON t (o) WHERE n = 1", change,
            ["index 'ux'"])
    refused("a key to it", TABLE.format(" UNIQUE") + "; CREATE TABLE x (a REFERENCES t (n))", change,
            ["foreign key of 'x'"])
    refused("a trigger of its updates", [table, "CREATE TABLE log (a)", "CREATE TRIGGER tr AFTER UPDATE OF "
            "o, n ON t BEGIN INSERT INTO log VALUES ('hit'); END"], rename, ["trigger 'tr'"])
    refused("a trigger that counts columns", [table, "CREATE TABLE x (a INTEGER)", "CREATE TRIGGER tr AFTER "
            "INSERT ON x BEGIN INSERT INTO t VALUES (NEW.a, NEW.a, 1); END"], rename,
            ['INSERT INTO "x"', "4 columns"])
    refused("a trigger that keeps what is deleted", [table, "CREATE TABLE a (id, n, o)", "CREATE TRIGGER tr "
            "BEFORE DELETE ON t BEGIN INSERT INTO a SELECT * FROM t WHERE id = OLD.id; END"], rename,
            ['DELETE FROM "t"'])
    refused("a cascade into both halves", "CREATE TABLE p (id INTEGER PRIMARY KEY);"
            + TABLE.format(" REFERENCES p ON DELETE CASCADE"), migration(NUMBER, SPLIT, more=[O]),
            ["ON DELETE CASCADE", "'p'"])
    refused("SQL behind main", table, migration(
        NUMBER, alter("BIGINT", transform={"expression": "n"}, backward={"expression": "main.t.n"}),
        more=[O]), ["main"], expected=1)
    refused("a default by the row", TABLE.format(" DEFAULT 6"), migration(
        NUMBER, alter("BIGINT", transform={"expression": "n + rowid"},
                      backward={"expression": "n - rowid"}), more=[O]), ["another value"])


def check_passing():
    """A row that is written by the new name has the old column's default, or null, for a moment."""
    ux = [{"name": "ux", "columns": ["n"], "unique": True}]
    plain, given = migration(TEXT, RENAME, more=[O]), migration({**TEXT, "default": "d"}, RENAME, more=[O])
    for name, words, change, said in (
            ("a policy and a default", "n TEXT DEFAULT 'd' UNIQUE ON CONFLICT REPLACE, o INTEGER", plain, "REPLACE"),
            ("a declared default", "n TEXT DEFAULT 'd' UNIQUE ON CONFLICT IGNORE, o INTEGER", given, "IGNORE"),
            ("unique and a default", "n TEXT DEFAULT 'd' UNIQUE, o INTEGER", plain, "drop the default"),
            ("a check and a default", "n TEXT DEFAULT 'd' CHECK (n <> 'd'), o INTEGER", plain, "n <> 'd'"),
            ("a bare word", "n TEXT DEFAULT d, o INTEGER, CHECK (t.n <> 'd')", plain, "t.n <> 'd'"),
            ("a check of null", "n TEXT, o INTEGER, CHECK (n IS NOT NULL)", plain, "drop the check"),
            ("a policy over two", "n TEXT, o INTEGER, UNIQUE (o, n) ON CONFLICT REPLACE", plain, "take the ON CONFLICT"),
            ("skipped over two", "n TEXT, o INTEGER, UNIQUE (n, o) ON CONFLICT IGNORE", plain, "take the ON CONFLICT")):
        refused(f"on its way, {name}", f"CREATE TABLE t (id INTEGER PRIMARY KEY, {words})", change, [said, "'n'"])
    refused("on its way, an index", TABLE.format(" DEFAULT 6") + "; CREATE UNIQUE INDEX ux ON t (n)", {
        **migration(NUMBER, RENAME, more=[O]), "table": {"name": "t", "columns": [KEY, {"name": "n", **NUMBER}, O], "indexes": ux}},
            ["'ux'", "drop the default"])
    # Where the moment meets nothing, all goes as it did.
    for name, words, row in (
            ("a policy alone", "UNIQUE ON CONFLICT REPLACE", [(2, "a"), (3, "b")]),
            ("no default", "DEFAULT NULL UNIQUE ON CONFLICT REPLACE", [(2, "a"), (3, "b")]),
            ("a default that passes", "DEFAULT 'd' CHECK (n <> 'e')", [(1, "a"), (2, "a"), (3, "b")])):
        case = Case(f"on its way, {name}", f"CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT {words}, o INTEGER)", plain,
                    ["INSERT INTO t VALUES (1, 'a', 1)"])
        case.ends("runs", 0, case.run())
        case.execute("INSERT INTO t (id, m, o) VALUES (2, 'a', 1), (3, 'b', 1)")
        found = case.execute("SELECT id, n FROM t ORDER BY id")
        case.check("is written", found == row, found)


def check_collation():
    case = Case("collation", "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT COLLATE NOCASE UNIQUE)",
                migration(TEXT, alter("VARCHAR", length=9)), ["INSERT INTO t VALUES (1, 'a')"])
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.breaks("is kept", "INSERT INTO t VALUES (2, 'A')")
    case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
    case.check("and at the end", picture(case.path) == case.start, picture(case.path))
    # An index that the new application has made keeps an abort waiting, and is right meanwhile.
    case = Case("an index on the new name", "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT COLLATE NOCASE)",
                migration(TEXT, RENAME), ["INSERT INTO t VALUES (1, 'b'), (2, 'A')"])
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.execute("CREATE INDEX im ON t (m)")
    code, _, err = case.zdm("-q", "abort", "GROWN", "--accept-loss")
    case.check("abort waits for it", code == 4 and "im" in err and "drop that first" in err, f"{code} {err}")
    found = case.execute("PRAGMA integrity_check")
    case.check("integrity", found == [("ok",)], found)
    case.execute("DROP INDEX im")
    case.ends("and ends without it", 0, case.zdm("-q", "continue", "GROWN"))
    case.check("at the start", picture(case.path) == case.start, picture(case.path))


def check_more():
    # A default that does not come back by the transform is there at the end of an abort.
    case = Case("a default one way", TABLE.format(" DEFAULT -6"), migration(
        NUMBER, alter("TEXT", **TEMPLATE), more=[O]), ["INSERT INTO t VALUES (1, 1, 1)"])
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    case.ends("abort", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
    case.check("at the start", picture(case.path) == case.start, picture(case.path))
    # What no type allows is copied under another name as it is.
    carried("rename: whatever is there", TABLE.format(""), migration(NUMBER, RENAME, more=[O]),
            [(None, "SELECT m FROM t ORDER BY id", [(1700000000000,), ("abc",), (0.5,)])],
            ["INSERT INTO t VALUES (1, 1700000000000, 1), (2, 'abc', 1), (3, 0.5, 1)"])
    # A half of a STRICT table is one.
    carried("split: STRICT", "CREATE TABLE t (id INTEGER PRIMARY KEY, n ANY, o INTEGER) STRICT",
            migration(TEXT, SPLIT, more=[O]),
            [(None, "SELECT n, typeof(n) FROM u", [("007", "text")])],
            ["INSERT INTO t VALUES (1, '007', 1)"])
    # What a later migration stands on is not taken back.
    case = Case("a later one", TABLE.format(" DEFAULT 5"), migration(NUMBER, RENAME, more=[O]))
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    later = {"id": "LATER", "table": {"name": "t", "columns": [KEY, {"name": "m", **NUMBER}, O]},
             "change": {"alter_column": {"column": "m", "type": "BIGINT"}}}
    with open(case.file, "w", encoding="utf-8") as stream:
        json.dump(later, stream)
    case.ends("the later one runs", 0, case.run())
    case.ends("and its contract", 0, case.zdm("-q", "contract", "LATER"))
    before = picture(case.path)
    code, _, err = case.zdm("-q", "abort", "GROWN", "--accept-loss")
    case.check("the first one is refused", code == 8 and "'LATER' came later" in err, f"{code} {err}")
    case.check("and nothing is touched", picture(case.path) == before)
    case.ends("the later one goes back", 0, case.zdm("-q", "abort", "LATER", "--accept-loss"))
    case.ends("then the first one", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))
    case.check("to the start", picture(case.path) == case.start, picture(case.path))


    # One that only reads the column of an index stands on nothing that goes with that.
    index = {"create_index": {"name": "by_n", "columns": ["n"]}}
    case = Case("an index before", TABLE.format(""), migration(NUMBER, index, more=[O]))
    case.ends("runs", 0, case.run())
    case.ends("contract", 0, case.zdm("-q", "contract", "GROWN"))
    later = {**migration(NUMBER, {"add_column": {"column": {"name": "b", "type": "INTEGER"}, "from": "n"}},
                         more=[O]), "id": "LATER"}
    with open(case.file, "w", encoding="utf-8") as stream:
        json.dump(later, stream)
    case.ends("the later one runs", 0, case.run())
    case.ends("and its contract", 0, case.zdm("-q", "contract", "LATER"))
    case.ends("the first one goes back", 0, case.zdm("-q", "abort", "GROWN", "--accept-loss"))


def main():
    check_cells()
    check_keys()
    check_words()
    check_ignored()
    check_dropped()
    check_second_name()
    check_text_keys()
    check_refused()
    check_passing()
    check_collation()
    check_more()
    check_own_sql()
    check_defaults()
    check_rename()
    check_bound()
    check_split()
    TAP.done()
    sys.exit(TAP.failed)


main()
