#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each kind of statement, by old and new names, while a migration waits and at its ends.

What it does is held against the same statement on a table that nobody migrates: the rows
right after it, after contract, and after an abort.  What is not so is in KNOWN, with the
error that says it, and changes nothing.  Speaks TAP."""

import json
import os
import shutil
import sqlite3
import sys
import tempfile

from zdm import Tap, zdm

TAP = Tap()
TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER{}, o INTEGER)"
ROWS = "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)"

# @t, @n: the table and the column; #9: the column's value for 9
STATEMENTS = (
    "INSERT INTO @t (id, @n, o) VALUES (1, #9, 9) ON CONFLICT (id) DO UPDATE SET @n = excluded.@n, o = 8",
    "INSERT INTO @t (id, @n, o) VALUES (1, #9, 9) ON CONFLICT (id) DO UPDATE SET @n = #8 WHERE @n = #1",
    "INSERT INTO @t (id, @n, o) VALUES (1, #9, 9), (3, #3, 3) ON CONFLICT (id) DO NOTHING",
    "INSERT INTO @t (id, @n, o) VALUES (3, #2, 9) ON CONFLICT (@n) DO UPDATE SET o = excluded.o",
    "INSERT INTO @t (id, @n, o) VALUES (3, #2, 9) ON CONFLICT DO NOTHING",
    "INSERT OR IGNORE INTO @t (id, @n, o) VALUES (3, #2, 9), (1, #7, 7), (4, #4, 4)",
    "UPDATE OR IGNORE @t SET @n = #1, o = 9 WHERE id = 2",
    "UPDATE OR IGNORE @t SET @n = #7, o = 9 WHERE id = 2",
    "REPLACE INTO @t (id, @n, o) VALUES (1, #9, 9)",
    "REPLACE INTO @t (id, @n, o) VALUES (3, #2, 9)",
    "UPDATE OR REPLACE @t SET @n = #1 WHERE id = 2",
    "UPDATE @t SET @n = x.a FROM (SELECT 1 AS i, #7 AS a) AS x WHERE x.i = @t.id",
    "UPDATE @t SET o = x.a FROM (SELECT 1 AS i, 7 AS a) AS x WHERE x.i = @t.id AND @n = #1",
    "INSERT INTO @t (id, @n, o) VALUES (3, #9, 9) RETURNING id, @n, o",
    "UPDATE @t SET @n = #9 WHERE id = 1 RETURNING id, @n, o",
    "DELETE FROM @t WHERE @n = #1 RETURNING id, @n, o",
)

# What stands with the old column until contract, and the view of a table's second name.
COLUMN = {3: "ON CONFLICT clause does not match", 4: "UNIQUE constraint failed: t.n",
          6: "constraint failed: t.n"}
VIEW = {number: "cannot UPSERT a view" for number in (0, 1, 2, 3, 4)}


def same(value):
    return str(value)


def labelled(value):
    return f"'n-{value}'"


def document(change, unique=True, nullable=True):
    return {"id": "GROWN", "change": change, "table": {"name": "t", "constraints": [
        {"name": "uq", "unique": ["n"]}] if unique else [], "columns": [
            {"name": "id", "type": "INTEGER", "nullable": False, "primary_key": True},
            {"name": "n", "type": "INTEGER", "nullable": nullable}, {"name": "o", "type": "INTEGER"}]}}


RENAME = {"rename_column": {"from": "n", "to": "m"}}
ALTER = {"alter_column": {"column": "n", "type": "TEXT", "transform": {"template": "n-{n}"},
                          "backward": [{"split": "-", "part": 2}, {"cast": "INTEGER"}]}}
SPLIT = {"split_table": {"to": "u", "key": "id", "columns": ["n"]}}

# name, constraint, change, NOT NULL, (table, column, value) while it waits, and at the end,
# KNOWN by the new name
CHANGES = (
    ("rename", " UNIQUE", RENAME, False, ("t", "m", same), ("t", "m", same), COLUMN),
    ("rename, NOT NULL", " NOT NULL UNIQUE", RENAME, True, ("t", "m", same), ("t", "m", same), COLUMN),
    ("another type", " UNIQUE", ALTER, False, ("t", "zdm_new_n", labelled), ("t", "n", labelled), COLUMN),
    ("another type, NOT NULL", " NOT NULL UNIQUE", ALTER, True, ("t", "zdm_new_n", labelled),
     ("t", "n", labelled), COLUMN),
    ("rename of the table", " UNIQUE", {"rename_table": {"to": "u"}}, False, ("u", "n", same),
     ("u", "n", same), VIEW),
)

# What of the old table would be lost with the row of the new one that goes.
LOSS = "UNIQUE constraint failed: t.n"

# Of a split: by the new names, what that is for who knows the old table only, and what says
# that it cannot be done while both halves are there.
HALVES = (
    ("INSERT INTO u (id, n) VALUES (1, 9) ON CONFLICT (id) DO UPDATE SET n = excluded.n",
     "UPDATE t SET n = 9 WHERE id = 1", None),
    ("INSERT INTO u (id, n) VALUES (1, 9) ON CONFLICT DO NOTHING", "SELECT 1 WHERE 0", None),
    ("INSERT OR IGNORE INTO u (id, n) VALUES (1, 9)", "SELECT 1 WHERE 0", None),
    ("INSERT OR IGNORE INTO u (id, n) VALUES (2, 1)", "SELECT 1 WHERE 0", None),
    ("UPDATE OR IGNORE u SET n = 1 WHERE id = 2", "SELECT 1 WHERE 0", None),
    ("REPLACE INTO u (id, n) VALUES (1, 9)", "UPDATE t SET n = 9 WHERE id = 1", None),
    ("UPDATE OR REPLACE u SET n = 1 WHERE id = 2", "UPDATE t SET n = iif(id = 2, 1, NULL)", LOSS),
    ("REPLACE INTO u (id, n) VALUES (2, 1)", "UPDATE t SET n = iif(id = 2, 1, NULL)", LOSS),
    ("UPDATE u SET n = x.a FROM (SELECT 1 AS i, 7 AS a) AS x WHERE x.i = u.id",
     "UPDATE t SET n = 7 WHERE id = 1", None),
    ("UPDATE u SET n = 9 WHERE id = 1 RETURNING id, n", "UPDATE t SET n = 9 WHERE id = 1 RETURNING id, n", None),
    ("INSERT INTO t (id, o) VALUES (1, 9) ON CONFLICT (id) DO UPDATE SET o = excluded.o",
     "UPDATE t SET o = 9 WHERE id = 1", None),
    ("INSERT OR IGNORE INTO t (id, o) VALUES (1, 9), (3, 3)", "INSERT INTO t (id, o) VALUES (3, 3)", None),
    ("UPDATE t SET o = x.n + 5 FROM u AS x WHERE x.id = t.id RETURNING o",
     "UPDATE t SET o = n + 5 RETURNING o", None),
)


def written(statement, names):
    table, column, value = names
    for number in range(10):
        statement = statement.replace(f"#{number}", value(number))
    return statement.replace("@t", table).replace("@n", column)


class Place:
    """A migration brought to one state, of which each statement gets a copy."""

    def __init__(self, definition, file):
        self.folder = tempfile.TemporaryDirectory(dir=os.environ.get("ZDM_TEST_FAST_DIR"))
        self.path = f"{self.folder.name}/app.db"
        self.file = f"{self.folder.name}/m.yaml"
        with open(self.file, "w", encoding="utf-8") as stream:
            json.dump(file, stream)
        for sql in (definition, ROWS):
            self.execute(sql)

    def copy(self):
        other = Place.__new__(Place)
        other.folder = tempfile.TemporaryDirectory(dir=os.environ.get("ZDM_TEST_FAST_DIR"))
        other.path, other.file = f"{other.folder.name}/app.db", self.file
        shutil.copy(self.path, other.path)
        return other

    def zdm(self, *arguments):
        code, out, err = zdm("-q", *arguments, "--url", f"sqlite:{self.path}")
        return None if code == 0 else f"{' '.join(arguments)}: exit {code}\n{out}{err}"[:500]

    def execute(self, sql):
        """Rows, or the error as text."""
        database = sqlite3.connect(self.path, isolation_level=None)
        try:
            return database.execute(sql).fetchall()
        except sqlite3.Error as error:
            return str(error)
        finally:
            database.close()


def as_number(cell):
    return int(cell[2:]) if isinstance(cell, str) and cell.startswith("n-") else cell


def as_numbers(rows):
    return rows if isinstance(rows, str) else [tuple(map(as_number, row)) for row in rows]


OLD = "SELECT id, n, o FROM t ORDER BY id"


def at_the_end(change, names):
    if "split_table" in change:
        return "SELECT t.id, u.n, t.o FROM t LEFT JOIN u USING (id) ORDER BY t.id"
    return f"SELECT id, {names[1]}, o FROM {names[0]} ORDER BY id"


class Comparison:
    def __init__(self, plain, change, final):
        self.plain, self.change, self.final = plain, change, final

    def expected(self, statement):
        place = self.plain.copy()
        return place.execute(statement), place.execute(OLD)

    def judge(self, name, problems):
        found = [problem for problem in problems if problem]
        TAP.result(name, "\n".join(found) if found else None)

    def answer(self, place, sql, expected, query):
        """What the statement gives, and the rows behind it."""
        answer, rows = as_numbers(place.execute(sql)), as_numbers(place.execute(query))
        wanted_answer, wanted_rows = expected
        return [None if answer == wanted_answer else f"gave {answer}, not {wanted_answer}",
                None if rows == wanted_rows else f"rows {rows}, not {wanted_rows}"]

    def refusal(self, place, sql, words, query):
        before = place.execute(query)
        answer, rows = place.execute(sql), place.execute(query)
        return [None if isinstance(answer, str) and words in answer else f"gave {answer}, not {words}",
                None if rows == before else f"rows {rows}, not {before}"]

    def waiting(self, name, place, sql, expected, known):
        """Then to both ends."""
        here = place.copy()
        problems = (self.refusal(here, sql, known, OLD) if known
                    else self.answer(here, sql, expected, OLD))
        rows = here.execute(OLD)
        other = here.copy()
        problems += [here.zdm("contract", "GROWN"), other.zdm("abort", "GROWN")]
        for end, query in ((here, at_the_end(self.change, self.final)), (other, OLD)):
            found = as_numbers(end.execute(query))
            problems.append(None if found == rows else f"rows at the end {found}, not {rows}")
        self.judge(f"{name}: {sql}", problems)

    def contracted(self, name, place, sql, expected):
        here = place.copy()
        problems = self.answer(here, sql, expected, at_the_end(self.change, self.final))
        problems.append(here.zdm("abort", "GROWN", "--accept-loss"))
        found = here.execute(OLD)
        problems.append(None if found == expected[1] else f"rows after abort {found}, not {expected[1]}")
        self.judge(f"{name}: {sql}", problems)

    def aborted(self, name, place, sql, expected):
        self.judge(f"{name}: {sql}", self.answer(place.copy(), sql, expected, OLD))


def states(name, definition, file):
    """The plain table, and the migration waiting, contracted, and aborted after that."""
    plain = Place(definition, file)
    waiting = plain.copy()
    problems = [waiting.zdm("--fail-on", "never", waiting.file)]
    contracted = waiting.copy()
    problems.append(contracted.zdm("contract", "GROWN"))
    aborted = contracted.copy()
    problems.append(aborted.zdm("abort", "GROWN", "--accept-loss"))
    found = [problem for problem in problems if problem]
    TAP.result(f"{name}: runs", "\n".join(found) if found else None)
    return plain, waiting, contracted, aborted


def check_change(name, words, change, is_required, new, final, known):
    plain, waiting, contracted, aborted = states(
        name, TABLE.format(words), document(change, nullable=not is_required))
    comparison = Comparison(plain, change, final)
    old = ("t", "n", same)
    for number, statement in enumerate(STATEMENTS):
        expected = comparison.expected(written(statement, old))
        comparison.waiting(f"{name}, old", waiting, written(statement, old), expected, None)
        comparison.waiting(f"{name}, new", waiting, written(statement, new), expected, known.get(number))
        comparison.contracted(f"{name}, contract", contracted, written(statement, final), expected)
        comparison.aborted(f"{name}, abort", aborted, written(statement, old), expected)


def check_split():
    plain, waiting, contracted, aborted = states("split", TABLE.format(" UNIQUE"), document(SPLIT))
    comparison = Comparison(plain, SPLIT, None)
    for statement in STATEMENTS:
        sql = written(statement, ("t", "n", same))
        expected = comparison.expected(sql)
        comparison.waiting("split, old", waiting, sql, expected, None)
        comparison.aborted("split, abort", aborted, sql, expected)
    for sql, meant, known in HALVES:
        expected = comparison.expected(meant)
        comparison.waiting("split, new", waiting, sql, expected, known)
        comparison.contracted("split, contract", contracted, sql, expected)


def main():
    for change in CHANGES:
        check_change(*change)
    check_split()
    TAP.done()
    sys.exit(TAP.failed)


main()
