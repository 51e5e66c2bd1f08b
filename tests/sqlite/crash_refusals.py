#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is no database, what may not be written, and journals that were damaged or whose
files were edited: an exit code and a message each, and nothing is touched."""

import contextlib
import os
import signal
import subprocess

import crash_kills as kills
import crash_support as support
from crash_support import Case, Database, Tap, folder, zdm

RENAME = kills.file_of("MIG-002")
UNPRIVILEGED = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
WAITING = ("MIGRATING", "waiting", "forward")

# Files that cannot be opened --------------------------------------------------------------


def bytes_of(path):
    if path.is_dir():
        return sorted(path.iterdir())
    return path.read_bytes() if path.is_file() else None


def refuses(tap, name, path, code, *texts, arguments=(), run=None):
    """Every verb that writes, and those that read: the exit code, the message, no change."""
    url = f"sqlite:{path}"
    calls = [[RENAME, "--url", url, *arguments], ["contract", "MIG-002", "--url", url],
             ["abort", "MIG-002", "--url", url], ["continue", "MIG-002", "--url", url]]
    with tap.group(f"{name}: exit {code}") as bad:
        before = bytes_of(path)
        names = sorted(path.parent.iterdir()) if path.parent.is_dir() else None
        for call in calls:
            result = run(call) if run else zdm(*call, timeout=30)
            if result.code != code or not result.says(*texts, "state: untouched", "next: "):
                bad.append(result)
        if bytes_of(path) != before:
            bad.append("it was changed")
        if names is not None and sorted(path.parent.iterdir()) != names:
            bad.append(f"beside it are now {sorted(path.parent.iterdir())}")


def run_without_privileges(call):
    """zdm-run under the rights of its own files alone: root without its capabilities, who
    still reaches a private folder the tests run in, which no other user would."""
    if os.geteuid() != 0:
        return zdm(*call, timeout=30)
    command = support.command_line(call)
    done = subprocess.run([*UNPRIVILEGED, *command], text=True, check=False, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=30)
    return support.Result(command[1:], done.returncode, done.stdout, done.stderr)


def no_databases(tap):
    with folder() as place:
        text = place / "text.db"
        text.write_text("This is a text, and no database at all. " * 40, encoding="utf-8")
        refuses(tap, "a text", text, 7, "cannot open the database", "no SQLite database")
        short = place / "short.db"
        short.write_bytes(b"\x00\x01\x02")
        refuses(tap, "three bytes", short, 7, "cannot open the database", "no SQLite database")
        directory = place / "directory.db"
        directory.mkdir()
        refuses(tap, "a folder", directory, 7, "cannot open the database", "folder")
        pipe = place / "pipe.db"
        os.mkfifo(pipe)
        refuses(tap, "a pipe", pipe, 7, "cannot open the database")
        refuses(tap, "a file that is missing", place / "missing.db", 7, "no such file",
                "--seed-data")
        refuses(tap, "a file in a folder that is missing", place / "no" / "app.db", 7, "no such")
    with folder() as place, tap.group("--seed-data makes no folder: exit 7") as bad:
        path = place / "no" / "app.db"
        result = zdm(RENAME, "--seed-data", "--url", f"sqlite:{path}")
        if result.code != 7 or not result.says("state: untouched") or path.parent.exists():
            bad.append(result)


def damaged_pages(tap):
    with folder() as place:
        database = Database(place)
        database.create("delete")
        result = zdm("--url", database.url, "--seed-data", RENAME)
        data = database.path.read_bytes()
        database.path.write_bytes(data[:100] + b"\xa5" * 400 + data[500:])
        with tap.group("a database whose first page is damaged: an error, and no change") as bad:
            before = database.path.read_bytes()
            for verb in ("contract", "abort"):
                result = zdm(verb, "MIG-002", "--url", database.url)
                if result.code not in (7, 8) or not result.says("malformed", "state: untouched"):
                    bad.append(result)
            if database.path.read_bytes() != before:
                bad.append("it was changed")


def not_to_be_written(tap):
    for mode in kills.MODES:
        with folder() as place:
            database = Database(place)
            database.create(mode)
            database.path.chmod(0o444)
            refuses(tap, f"a file that may only be read ({mode})", database.path, 7,
                    "cannot open the database", "no permission to write it",
                    run=run_without_privileges)
    with folder() as place:
        database = Database(place)
        database.create("delete")
        database.sql("CREATE TABLE t (a)")
        database.path.chmod(0o666)
        place.chmod(0o555)
        refuses(tap, "a folder in which no journal can be made", database.path, 7,
                "cannot open the database", "no permission to write its folder",
                run=run_without_privileges)
        place.chmod(0o755)


# Journals ---------------------------------------------------------------------------------


def all_but_the_lock(database):
    with database.open() as db:
        return [line for line in db.iterdump() if not line.startswith('INSERT INTO "zdm_meta"')]


@contextlib.contextmanager
def waiting():
    """MIG-002 before its contract."""
    with folder() as place:
        database = Database(place)
        database.create("delete")
        result = zdm("--url", database.url, "--seed-data", RENAME)
        if result.code != 0:
            raise RuntimeError(str(result))
        yield Case(RENAME), database


def newer_format(tap):
    for content in ("2", "99", None):
        with waiting() as (case, database), \
                tap.group(f"a journal of format {content}: exit 8") as bad:
            database.sql("UPDATE zdm_meta SET content = ? WHERE name = 'format'", (content,))
            before = all_but_the_lock(database)
            commands = [case.run(database), ["status", "--url", database.url],
                        ["history", "--url", database.url], ["verify", "--url", database.url]]
            commands += [case.verb(verb, database) for verb in ("contract", "continue", "abort")]
            for command in commands:
                result = zdm(*command)
                if result.code != 8 or not result.says("has format", "knows format 1"):
                    bad.append(result)
            if all_but_the_lock(database) != before:
                bad.append("something was written")


def edited_files(tap):
    with waiting() as (case, database), folder() as place, \
            tap.group("an edited file of a started migration: exit 8 with the difference") as bad:
        file = place / "edited.yaml"
        file.write_text(case.text.replace("display_name", "full_name"), encoding="utf-8")
        before = all_but_the_lock(database)
        for command in ([file], ["contract", file], ["continue", file], ["abort", file]):
            result = zdm(*command, "--url", database.url)
            if result.code != 8 or not result.says("has been edited", "full_name", "display_name",
                                                   "state: untouched", "next: "):
                bad.append(result)
        if all_but_the_lock(database) != before:
            bad.append("something was written")
        result = zdm(*case.verb("abort", database))
        if result.code != 0:
            bad.append(f"abort without the file: {result}")
        result = zdm(file, "--url", database.url)
        if result.code != 0 or database.run_of(case.id) != WAITING:
            bad.append(f"rolled back, edited and run again: {result}")
        columns = [row[1] for row in database.sql("PRAGMA table_info (users)")]
        if "full_name" not in columns or "display_name" in columns:
            bad.append(f"columns {columns}")


class Half:
    """A fill that was killed half-way, its places recorded; and both of its ends."""

    def __init__(self):
        self.case, origin = kills.make_many(support.new_folder(), "delete", 3000)
        self.start = origin.picture()
        self.life = self.killed_where_a_place_is_recorded(origin)
        whole = self.copy()
        results = support.go_to_end(self.case, whole)
        if any(result.code != 0 for result in results):
            raise RuntimeError(str(results))
        self.end = whole.picture()

    def killed_where_a_place_is_recorded(self, origin):
        command = lambda database: [*self.case.run(database), "--batch-size", "500"]
        counted = origin.copy_to(support.new_folder())
        _, calls = support.count_calls(counted, *command(counted))
        for share in range(4, 10):
            database = origin.copy_to(support.new_folder())
            result = support.run_with_fault(database, "kill-after", len(calls) * share // 10,
                                            *command(database))
            places = database.sql("SELECT position FROM zdm_step WHERE position IS NOT NULL "
                                  "AND state = 'pending'")
            if result.code == -signal.SIGKILL and places:
                return database
        raise RuntimeError("no run was killed in the middle of its fill")

    def copy(self):
        return self.life.copy_to(support.new_folder())

    def abort_is_right(self, database):
        results = support.go_back(self.case, database)
        return all(result.code == 0 for result in results) and database.picture() == self.start


NONSENSE = ("nonsense", "", "7", "(1, false, 'x', nothing)", "(1, false, '500')",
            "(0, false, '1', '3000')", "(1, false, '1; DROP TABLE many', '3')",
            "(1, false, '0) OR (1=1', '3000')", "(1, false, '(SELECT 1)', '9')",
            "(1, false, '5, 6', '3000, 3000')", "(1, false, '3000', nothing)")


def nonsense_places(tap, half):
    for position in NONSENSE:
        with tap.group(f"a place that is none, {position!r}: exit 8") as bad:
            database = half.copy()
            database.sql("UPDATE zdm_step SET position = ? WHERE position IS NOT NULL "
                         "AND state = 'pending'", (position,))
            before = all_but_the_lock(database)
            result = zdm(*half.case.verb("continue", database))
            if result.code != 8 or not result.says("position", "state: untouched", "next: "):
                bad.append(result)
            if all_but_the_lock(database) != before:
                bad.append("something was written")
            if not half.abort_is_right(database):
                bad.append("abort does not lead to the start")


# What somebody did to the journal: never an exit code 0 with another end than the right one.
DAMAGES = [
    ("all records deleted", "DELETE FROM zdm_step"),
    ("the first record deleted", "DELETE FROM zdm_step WHERE action = 1"),
    ("the done records deleted", "DELETE FROM zdm_step WHERE state = 'done'"),
    ("the last record deleted",
     "DELETE FROM zdm_step WHERE action = (SELECT max(action) FROM zdm_step)"),
    ("a record of no action", "UPDATE zdm_step SET action = 4711 WHERE action = 1"),
    ("a state that is none", "UPDATE zdm_step SET state = 'perhaps' WHERE action = 1"),
    ("a run's state that is none", "UPDATE zdm_migration SET state = 'perhaps'"),
    ("a phase that is none", "UPDATE zdm_migration SET phase = 'MOVING'"),
    ("a direction that is none", "UPDATE zdm_migration SET direction = 'sideways'"),
    ("a source that was edited",
     "UPDATE zdm_migration SET source = replace(source, 'to: title', 'to: caption')"),
    ("a source that is none", "UPDATE zdm_migration SET source = '{'"),
    ("a fingerprint of other steps", "UPDATE zdm_migration SET fingerprint = 'other'"),
    ("the run deleted", "DELETE FROM zdm_migration WHERE id = 'MANY'"),
    ("the table of events dropped", "DROP TABLE zdm_event"),
    ("the table of records dropped", "DROP TABLE zdm_step"),
    ("the rows of the lock deleted", "DELETE FROM zdm_meta WHERE name LIKE 'lock%'"),
    ("the fence deleted", "DELETE FROM zdm_meta WHERE name = 'fence'"),
    ("the format deleted", "DELETE FROM zdm_meta WHERE name = 'format'"),
    ("definitions that are none", "UPDATE zdm_migration SET definitions = 'nonsense'"),
    ("the table dropped", "DROP TABLE many"),
    ("the mirror dropped", "ALTER TABLE many DROP COLUMN title"),
]


def drop_triggers(database):
    for (name,) in database.sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
        database.sql(f"DROP TRIGGER {support.quote(name)}")


def damaged_journals(tap, half):
    for name, text in DAMAGES:
        for way in ("continue", "abort", "run"):
            with tap.group(f"{name}, then {way}: no wrong success") as bad:
                database = half.copy()
                if "dropped" in name and "mirror" in name:
                    drop_triggers(database)
                database.sql(text)
                before = all_but_the_lock(database)
                command = half.case.run(database) if way == "run" \
                    else half.case.verb(way, database)
                result = zdm(*command)
                if result.code == 0:
                    bad += wrong_success(half, database, way, result)
                elif result.code not in (2, 4, 5, 8) or not result.says("error: "):
                    bad.append(result)
                elif result.code in (2, 8) and all_but_the_lock(database) != before:
                    bad.append(f"something was written: {result}")
                if not database.is_intact():
                    bad.append("integrity_check")


def wrong_success(half, database, way, result):
    if way == "abort":
        text = support.difference(half.start, database.picture())
        return [f"not the start:\n{text}\n{result}"] if text else []
    results = support.go_to_end(half.case, database)
    problems = [str(each) for each in results if each.code != 0]
    text = support.difference(half.end, database.picture())
    return problems + ([f"not the end:\n{text}\n{result}"] if text else [])


def main():
    tap = Tap()
    no_databases(tap)
    damaged_pages(tap)
    not_to_be_written(tap)
    newer_format(tap)
    edited_files(tap)
    half = Half()
    nonsense_places(tap, half)
    damaged_journals(tap, half)
    tap.done()


if __name__ == "__main__":
    main()
