#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applications that go on writing while a migration runs, contracts or is aborted.

writer.py [--long] [FILE…]: for each migration several processes do what its declared
clients do, old and new ones side by side where the file says that they work; a case folder
that declares none has an old client of the tables of its start and a new one of those of its
end.  No statement may fail, no write that was acknowledged may be lost, every read has what
was written last by either application, and what was filled is what memory makes of the same
rows.  Speaks TAP.
"""

import argparse
import copy
import multiprocessing
import pathlib
import random
import sqlite3
import sys
import tempfile
import time
import traceback
import zlib

from writer_cases import LEFT_OUT, CaseFolder, case_folders, left_out
from writer_oracle import differences
from writer_support import (COMPLETE, CONTRACTING, EXPANDED, FAST, LOOKUPS, MIGRATED, SOURCE,
                            Case, Memory, equal, quote, zdm)

N_WRITERS = 2
MAX_TRIES = 12
LOCKED = 6  # the exit code when no lock could be had, and nothing was done
ABORTING = -1  # the stage in which only the clients of the start are left


def patiently(database, sql, values=(), when_busy=lambda: None):
    """Asks again when the lock was not to be had within the timeout: on a machine that is
    busy with other things that says nothing.  Nothing was done then."""
    for _ in range(MAX_TRIES):
        try:
            return database.execute(sql, values)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            when_busy()
    return database.execute(sql, values)


class Writer:
    """One process: statements on rows of its own, by all clients that are there."""

    def __init__(self, case, path, old_keys, number, seed):
        self.case = case
        self.random = random.Random(seed * 100 + number)
        self.number = number
        self.memory = Memory(case)
        self.n_statements = 0
        self.n_new = 0
        self.n_busy = 0
        self.database = sqlite3.connect(path, timeout=5, isolation_level=None)
        if self.random.random() < 0.5:
            self.database.execute("PRAGMA foreign_keys = ON")
        if self.random.random() < 0.5:
            self.database.execute("PRAGMA recursive_triggers = ON")
        self.old_keys = {table: [key for key in keys if self._is_own(key)]
                         for table, keys in old_keys.items()}

    def _is_own(self, key):
        return zlib.crc32(repr(key).encode()) % N_WRITERS == self.number

    # Statements

    def execute(self, sql, values=()):
        return patiently(self.database, sql, values, self._count_busy)

    def _count_busy(self):
        self.n_busy += 1

    def step(self, clients):
        """One transaction, or one statement outside of any."""
        if self.random.random() < 0.3:
            self.execute("BEGIN IMMEDIATE")
            for _ in range(self.random.randint(1, 4)):
                self._act(self.random.choice(clients))
            self.execute("COMMIT")
        else:
            self._act(self.random.choice(clients))

    def _act(self, client):
        self.n_statements += 1
        dice = self.random.random()
        if client.inserts and dice < 0.35:
            self._insert(client)
        elif client.updates and dice < 0.75:
            self._update(client)
        elif client.deletes and dice < 0.80:
            self._delete(client)
        else:
            self._read(client)

    def _values(self, client, columns):
        mark = f"w{self.number}n{self.n_statements}"
        return {column: self.case.value(self.random, client, column, mark)
                for column in columns if (client.table, column) not in LOOKUPS}

    def _key(self, client):
        return self.case.key(client.table, client.reads)

    def _new_key(self, client):
        self.n_new += 1
        pools = client.pools or self.case.pools
        pool = pools.get(client.table, {}).get(self._key(client), [1])
        if pool and isinstance(pool[0], str):
            return f"w{self.number}-{self.n_new}"
        return 5_000_000 + self.n_new * N_WRITERS + self.number

    def _insert(self, client):
        key = self._new_key(client)
        name = self._key(client)
        values = self._values(client, [column for column in client.inserts if column != name])
        row = {name: key, **values}
        sql = (f"INSERT INTO {quote(client.table)} ({', '.join(map(quote, row))}) "
               f"VALUES ({', '.join('?' * len(row))})")
        if values and self.random.random() < 0.2 and self.case.may_upsert(client.table, name, self.memory.stage):
            sql += (f" ON CONFLICT ({quote(name)}) DO UPDATE SET "
                    + ", ".join(f"{quote(column)} = excluded.{quote(column)}"
                                for column in values))
        self.execute(sql, list(row.values()))
        self.memory.write(client.table, key, row, True)

    def _some_key(self, client):
        table = self.case.canonical(client.table)
        new = [key for where, key in self.memory.inserted if where == table] \
            if self.random.random() < 0.2 else []
        keys = new or self.old_keys.get(table) or []
        for whole, part, _ in self.case.splits:
            if table == part:
                keys = self.old_keys[whole]
        key = self.random.choice(keys) if keys else None
        return None if self.memory.row(table, key) is None else key

    def _update(self, client):
        key = self._some_key(client)
        name = self._key(client)
        columns = [column for column in client.updates if column != name]
        if key is None or not columns:
            return
        if self.random.random() < 0.5:
            columns = self.random.sample(columns, self.random.randint(1, len(columns)))
        values = self._values(client, columns)
        if not values:
            return
        cursor = self.execute(
            f"UPDATE {quote(client.table)} SET "
            + ", ".join(f"{quote(column)} = ?" for column in values)
            + f" WHERE {quote(name)} = ?", [*values.values(), key])
        if cursor.rowcount == 1 or self.case.renames_table:
            self.memory.write(client.table, key, values, False)
        else:
            self._gone(client, key)

    def _gone(self, client, key):
        """Only a migration that deletes rows may have taken one of the old ones."""
        table = self.case.canonical(client.table)
        assert table not in self.case.tables or (
            self.case.deletes_rows and (table, key) not in self.memory.inserted), \
            f"{client.name}: row {key} of {table} is gone"

    def _delete(self, client):
        key = self._some_key(client)
        if key is None:
            return
        cursor = self.execute(
            f"DELETE FROM {quote(client.table)} WHERE "
            f"{quote(self._key(client))} = ?", [key])
        if cursor.rowcount == 1 or self.case.renames_table:
            self.memory.delete(client.table, key)
        else:
            self._gone(client, key)

    def _read(self, client):
        key = self._some_key(client)
        if key is None or not client.reads:
            return
        row = self.execute(
            f"SELECT {', '.join(map(quote, client.reads))} FROM {quote(client.table)} WHERE "
            f"{quote(self._key(client))} = ?", [key]).fetchone()
        if row is None:
            self._gone(client, key)
            return
        known = self.memory.row(client.table, key)
        for column, value in zip(client.reads, row):
            if self.memory.stage == ABORTING and column in self.case.rewritten:
                continue
            assert column not in known or equal(known[column], value), \
                (f"{client.name} reads {value!r} in {column} of row {key}, last written: "
                 f"{known[column]!r}")


def run_writer(case, path, old_keys, number, seed, stage, seen, results):
    """Writes until the stage says that all is over."""
    problem = ""
    writer = Writer(case, path, old_keys, number, seed)
    begun, waited = time.monotonic(), (0.0, 0)
    try:
        while True:
            begun = time.monotonic()
            now = stage.value
            seen[number] = now
            if now > COMPLETE:
                break
            writer.memory.enter(now)
            clients = [client for client in case.clients
                       if client.is_active(max(now, 0)) and client.table]
            if clients:
                writer.step(clients)
                waited = max(waited, (time.monotonic() - begun, now))
            # SQLite's locks are not fair: two loops without any pause starve each other.
            if not clients or writer.random.random() < 0.2:
                time.sleep(0.001)
    except (sqlite3.Error, AssertionError):
        problem = (f"in stage {now}, after {time.monotonic() - begun:.1f} s: "
                   + traceback.format_exc(limit=4))
    seen[number] = 99
    results.put((number, problem, (writer.n_statements, writer.n_busy, waited),
                 writer.memory.rows, writer.memory.inserted))


class Scene:
    """A database, its writers, and the migration that runs meanwhile."""

    def __init__(self, case, folder, way, options, journal, seed):
        self.case = case
        self.folder = folder
        self.path = f"{folder}/app.db"
        self.url = f"sqlite:{self.path}"
        self.linger = options.linger
        self.way = way
        old_keys = case.build(self.path, options.rows, journal)
        self.stage = multiprocessing.Value("i", 0)
        self.seen = multiprocessing.Array("i", [-9] * N_WRITERS)
        self.results = multiprocessing.Queue()
        self.problems = []
        self.writers = [multiprocessing.Process(
            target=run_writer, args=(case, self.path, old_keys, number, seed, self.stage,
                                     self.seen, self.results)) for number in range(N_WRITERS)]
        for writer in self.writers:
            writer.start()
        self.set_stage(0)

    def set_stage(self, stage):
        """Returns when no writer does anything of the stage before."""
        self.stage.value = stage
        while any(seen not in (stage, 99) for seen in self.seen):
            time.sleep(0.002)

    def zdm(self, *arguments, expected=0):
        for _ in range(MAX_TRIES):
            code, said = zdm(*arguments, "--url", self.url)
            if code != LOCKED:
                break
        if code != expected:
            self.problems.append(f"exit {code} of {' '.join(map(str, arguments))}:\n{said}")
        return code == expected

    def look(self, seconds):
        """Both applications write; at no moment is a row out of step."""
        database = sqlite3.connect(self.path, timeout=5)
        end = time.monotonic() + seconds
        while not self.problems and time.monotonic() < end:
            for query in self.case.out_of_step:
                rows = patiently(database, query + " LIMIT 3").fetchall()
                if rows:
                    self.problems.append(f"out of step: {rows}")
            time.sleep(0.1)
        database.close()

    def snapshot(self, name):
        """The tables at one moment, while the writers go on."""
        path = f"{self.folder}/{name}.db"
        source, target = sqlite3.connect(self.path), sqlite3.connect(path)
        source.backup(target)
        source.close()
        target.close()
        return path

    def compare(self, until, before, after, stage):
        """What was filled and followed is what memory makes of the same rows, in tables
        into which only the old application has written before the @stage."""
        if not self.case.data_changes:
            self.problems += differences(self.case, until, before, after,
                                         self.case.written_anew(stage))

    def finish(self):
        self.set_stage(COMPLETE + 1)
        total, busy, longest = 0, 0, (0.0, 0)
        database = sqlite3.connect(self.path)
        for _ in self.writers:
            number, problem, figures, rows, inserted = self.results.get()
            n_statements, n_busy, waited = figures
            total += n_statements
            busy += n_busy
            longest = max(longest, waited)
            if problem:
                self.problems.append(f"writer {number}: {problem}")
            self._verify(database, rows, inserted)
        for writer in self.writers:
            writer.join()
        check = database.execute("PRAGMA integrity_check").fetchall()
        if check != [("ok",)]:
            self.problems.append(f"integrity_check: {check}")
        database.close()
        return (f"{total} statements, {busy} asked again, the longest took "
                f"{longest[0]:.1f} s in stage {longest[1]}")

    def _may_differ(self, column):
        """A write of the very value that a step had put there is not told from the step's
        own: the way back takes it back."""
        return self.way == "abort" and column in self.case.rewritten

    def _verify(self, database, rows, inserted):
        tables = {name for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        lost = []
        for (table, key), known in rows.items():
            for name in (table, self._other_name(table)):
                if name in tables:
                    lost += self._compare(database, name, key, known,
                                          (table, key) in inserted)
        if lost:
            self.problems.append(f"{len(lost)} writes lost: " + "; ".join(lost[:5]))

    def _other_name(self, table):
        for name in self.case.keys:
            if name != table and self.case.canonical(name) == table:
                return name
        return None

    def _compare(self, database, table, key, known, is_new):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({quote(table)})")]
        cursor = database.execute(f"SELECT * FROM {quote(table)} WHERE "
                                  f"{quote(self.case.key(table, columns))} = ?", [key])
        row = cursor.fetchone()
        if known is None:
            return [] if row is None else [f"{table} {key} is back"]
        if row is None:
            may_be = (table not in self.case.tables or self.case.deletes_rows) and not is_new
            return [] if may_be else [f"{table} {key} is missing"]
        return [f"{table} {key}: {name} is {value!r}, written {known[name]!r}"
                for (name, *_), value in zip(cursor.description, row)
                if name in known and not equal(known[name], value)
                and not self._may_differ(name)]


def play(case, way, journal, options, seed):
    """One migration from its start to its end; what went wrong."""
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        scene = Scene(case, folder, way, options, journal, seed)
        try:
            if scene.zdm("--until", "expanding", case.path):
                scene.set_stage(EXPANDED)
                if scene.zdm(case.path):
                    now = scene.snapshot("migrated")
                    scene.compare("migrating", now, now, MIGRATED)
                    scene.set_stage(MIGRATED)
                    scene.look(options.linger)
                    to_its_end(scene, way)
                    time.sleep(options.linger / 4)
        finally:
            figures = scene.finish()
        return scene.problems, figures


def to_its_end(scene, way):
    if way == "abort":
        scene.set_stage(ABORTING)
        scene.zdm("abort", scene.case.id, "--accept-loss")
        return
    if scene.case.id == "MIG-034":  # it fails there, and goes back to the start
        scene.set_stage(ABORTING)
        scene.zdm("contract", scene.case.id, expected=3)
        return
    scene.set_stage(CONTRACTING)
    before = scene.snapshot("before")
    scene.zdm("contract", scene.case.id)
    if scene.case.retyped:  # nobody writes until both sides of it are seen
        scene.compare("complete", before, scene.snapshot("after"), COMPLETE)
    scene.set_stage(COMPLETE)


SHORT = [("MIG-002", "contract", "WAL"), ("MIG-012", "abort", "DELETE"),
         ("MIG-014", "contract", "WAL"), ("MIG-008", "contract", "DELETE")]
WAYS = [(way, journal) for way in ("contract", "abort") for journal in ("WAL", "DELETE")]


def plan_of(options):
    """[(path, way, journal)]"""
    folder = SOURCE / "migrations"
    known = left_out()
    folders = [path for path in case_folders() if path.parent.name not in known]
    if options.files:
        paths = [pathlib.Path(name).resolve() for name in options.files]
    elif options.long:
        paths = sorted(folder.glob("*.yaml")) + folders
    else:
        return [(folder / f"{name}.yaml", way, journal) for name, way, journal in SHORT] + [
            (path, *WAYS[number % len(WAYS)]) for number, path in enumerate(folders)]
    return [(path, way, journal) for path in paths for way, journal in WAYS]


class Course:
    """All that is asked for, as TAP."""

    def __init__(self, options):
        self.options = options
        self.number = 0
        self.failed = False

    def result(self, name, problems):
        self.number += 1
        self.failed = self.failed or bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.number} - {name}")
        for line in "\n".join(problems[:5]).splitlines():
            print("# " + line)
        sys.stdout.flush()

    def play(self, path, way, journal):
        is_folder = path.name == "migration.yaml"
        case = CaseFolder(path) if is_folder else Case(path)
        options = copy.copy(self.options)
        if is_folder and not options.long:
            options.rows, options.linger = 100, 0.04
        problems, figures = play(case, way, journal, options, options.seed)
        self.result(f"{case.name}: {way}, {journal}", problems)
        print(f"# {figures}")

    def check_left_out(self):
        """The list may only shrink."""
        known = left_out()
        gone = sorted(set(known) - {path.parent.name for path in case_folders()})
        self.result("no case that is left out is gone", gone)
        for path in case_folders():
            if path.parent.name in known and path.parent.name not in gone:
                self.result(f"{path.parent.name} has no writers: {known[path.parent.name]}",
                            self._works(path))

    @staticmethod
    def _works(path):
        try:
            CaseFolder(path)
        except AssertionError:
            return []
        return [f"it works: take it out of {LEFT_OUT.name}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--linger", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    options.rows = options.rows or (50_000 if options.long else 10_000)
    course = Course(options)
    for scene in plan_of(options):
        course.play(*scene)
    if not options.files:
        course.check_left_out()
    print(f"1..{course.number}", flush=True)
    return 1 if course.failed else 0


if __name__ == "__main__":
    sys.exit(main())
