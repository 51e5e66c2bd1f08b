# SPDX-License-Identifier: Apache-2.0
"""What the tests of crashes share: runs of the program with a fault, pictures of a
database, the ways on and back that a user has, and TAP."""

import concurrent.futures
import contextlib
import dataclasses
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback

ZDM_RUN = os.environ.get("ZDM_RUN", "build/zdm-run")
SOURCE = pathlib.Path(os.environ.get("ZDM_SRCDIR", "."))
FAULTS = os.environ.get("ZDM_FAULTS", "build/tests/faults/faults.so")
LONG = os.environ.get("ZDM_CRASH_LONG") == "1"
SEED = int(os.environ.get("ZDM_SEED", "1"))

JOURNAL_TABLES = ("zdm_meta", "zdm_migration", "zdm_step", "zdm_event")
PATIENCE_S = 120


# TAP ----------------------------------------------------------------------------------


class Tap:
    """Numbers results; every one of them is said at once."""

    MAX_SHOWN = 5

    def __init__(self):
        self.n = 0
        self.n_failed = 0

    def result(self, name, problems, n_looked_at=None):
        self.n += 1
        count = "" if n_looked_at is None else f" ({n_looked_at} points)"
        if n_looked_at == 0:
            problems = [*problems, "nothing was looked at"]
        self.n_failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.n} - {name}{count}", flush=True)
        for problem in problems[: self.MAX_SHOWN]:
            for line in str(problem).splitlines():
                print(f"#   {line}")
        if len(problems) > self.MAX_SHOWN:
            print(f"#   … and {len(problems) - self.MAX_SHOWN} more")

    def check(self, name, fine, why=""):
        self.result(name, [] if fine else [why or "it is not so"])

    @contextlib.contextmanager
    def group(self, name):
        """One result: a list of problems to be filled."""
        problems = []
        try:
            yield problems
        except Exception:  # whatever it was, the other tests go on
            problems.append(traceback.format_exc())
        self.result(name, problems)

    def done(self):
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.n_failed else 0)


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def in_parallel(work, items):
    """The results of work(item), in the order of the items; two at a time."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(work, items))


# Folders ------------------------------------------------------------------------------


def scratch_root():
    """In memory where that can be: what is tested is order, not the disk."""
    memory = pathlib.Path("/dev/shm")
    usable = "TMPDIR" not in os.environ and memory.is_dir() and os.access(memory, os.W_OK)
    return tempfile.TemporaryDirectory(prefix="zdm-crash-", dir=memory if usable else None)


_root = None
_root_lock = threading.Lock()


def new_folder():
    """An empty folder that is gone after the program."""
    global _root
    with _root_lock:
        if _root is None:
            _root = scratch_root()
    return pathlib.Path(tempfile.mkdtemp(dir=_root.name)).resolve()


@contextlib.contextmanager
def folder():
    path = new_folder()
    try:
        yield path
    finally:
        shutil.rmtree(path)


# The database -------------------------------------------------------------------------


class Database:
    """One database file in a folder of its own.

    It is never copied while this process has it open: closing any descriptor of a file gives
    away all POSIX locks that the process has on it.
    """

    def __init__(self, place):
        self.place = place
        self.path = place / "app.db"
        self.url = f"sqlite:{self.path}"

    def create(self, mode):
        """An empty one, in the journal mode."""
        with self.open() as db:
            db.execute(f"PRAGMA journal_mode = {mode}").fetchall()

    @contextlib.contextmanager
    def open(self, timeout=5):
        db = sqlite3.connect(self.path, isolation_level=None, timeout=timeout)
        try:
            yield db
        finally:
            db.close()

    def sql(self, text, parameters=()):
        with self.open() as db:
            return db.execute(text, parameters).fetchall()

    def copy_to(self, place):
        """As a crash leaves it: with its journals, without what only live processes share."""
        for file in self.place.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copyfile(file, place / file.name)
        return Database(place)

    def picture(self):
        """All that a user has there: definitions, rows, settings of the file.  Statistics
        are what a user's own ANALYZE makes of them."""
        with self.open() as db:
            master = db.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_schema "
                "WHERE tbl_name NOT IN (?, ?, ?, ?) AND name NOT LIKE 'sqlite_stat%' "
                "ORDER BY 1, 2", JOURNAL_TABLES
            ).fetchall()
            tables = [name for kind, name, _, _ in master if kind == "table"]
            rows = {
                name: sorted(map(repr, db.execute(f"SELECT * FROM {quote(name)}")))
                for name in tables
            }
            settings = [
                db.execute(f"PRAGMA {name}").fetchone()
                for name in ("journal_mode", "user_version", "application_id", "encoding")
            ]
        return {"master": master, "rows": rows, "settings": settings}

    def is_intact(self):
        return self.sql("PRAGMA integrity_check") == [("ok",)]

    def has_journal(self):
        return self.sql("SELECT count(*) FROM sqlite_schema WHERE name = 'zdm_migration'")[0][0]

    def peek(self, migration):
        """run_of() of a copy: who comes next finds everything as the crash has left it."""
        with folder() as place:
            return self.copy_to(place).run_of(migration)

    def run_of(self, migration):
        """(phase, state, direction) of the migration's last run; None: not recorded."""
        if not self.path.exists() or not self.has_journal():
            return None
        rows = self.sql("SELECT phase, state, direction FROM zdm_migration WHERE id = ? "
                        "ORDER BY number DESC LIMIT 1", (migration,))
        return rows[0] if rows else None


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def difference(was, now):
    """Where two pictures differ, for people; "" when they do not."""
    lines = []
    for key in was:
        if was[key] == now[key]:
            continue
        if isinstance(was[key], dict):
            names = sorted(set(was[key]) | set(now[key]))
            lines += [f"{key} of {name}: {was[key].get(name)!r:.300} → {now[key].get(name)!r:.300}"
                      for name in names if was[key].get(name) != now[key].get(name)]
        else:
            lines += [f"{key}: - {item!r}" for item in was[key] if item not in now[key]]
            lines += [f"{key}: + {item!r}" for item in now[key] if item not in was[key]]
    return "\n".join(lines)


# The program --------------------------------------------------------------------------


@dataclasses.dataclass
class Result:
    command: list
    code: int  # negative: killed by that signal
    stdout: str
    stderr: str

    def __str__(self):
        return (f"{' '.join(self.command)}: exit {self.code}\n"
                f"{self.stdout[-600:]}{self.stderr[-1200:]}")

    def says(self, *texts):
        return all(text in self.stdout + self.stderr for text in texts)


def command_line(arguments):
    return [ZDM_RUN, *map(str, arguments)]


def zdm(*arguments, env=None, timeout=PATIENCE_S):
    command = command_line(arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    return Result(command[1:], done.returncode, done.stdout, done.stderr)


def start_zdm(*arguments, env=None):
    return subprocess.Popen(command_line(arguments), stdin=subprocess.DEVNULL, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, **(env or {})})


def end_zdm(process, timeout=PATIENCE_S):
    stdout, stderr = process.communicate(timeout=timeout)
    return Result(list(process.args)[1:], process.returncode, stdout, stderr)


# Faults -------------------------------------------------------------------------------


class Counter:
    """The calls of the processes that were given it."""

    ROOM = 1 << 16

    def __init__(self, place):
        self.path = place / "calls"
        self.path.write_bytes(bytes(8 + self.ROOM))

    def calls(self):
        """A letter for each call: w(rite), s(ync), t(runcate), u(nlink)."""
        data = self.path.read_bytes()
        n = int.from_bytes(data[:8], sys.byteorder)
        return data[8 : 8 + n].decode()


def fault_environment(database, counter, fault=None, at=0):
    asan = os.environ.get("ASAN_OPTIONS", "")
    return {
        "LD_PRELOAD": FAULTS,
        "ASAN_OPTIONS": f"{asan}:verify_asan_link_order=0".lstrip(":"),
        "ZDM_FAULT_FOLDER": str(database.place),
        "ZDM_FAULT_COUNTER": str(counter.path),
        "ZDM_FAULT_AT": str(at),
        "ZDM_FAULT_DO": fault or "",
    }


def count_calls(database, *arguments):
    """Runs the command undisturbed; its result, and its calls."""
    with folder() as place:
        counter = Counter(place)
        result = zdm(*arguments, env=fault_environment(database, counter))
        return result, counter.calls()


def run_with_fault(database, fault, at, *arguments):
    with folder() as place:
        return zdm(*arguments, env=fault_environment(database, Counter(place), fault, at))


def need_faults():
    """Skips the program where faults cannot be put in."""
    if not pathlib.Path(FAULTS).exists():
        skip_all("the library of faults is not built here")
    with folder() as place:
        database = Database(place)
        result, calls = count_calls(database, "--url", database.url, "--seed-data", "-q",
                                      SOURCE / "migrations/MIG-002.yaml")
    if result.code != 0 or not calls:
        skip_all(f"LD_PRELOAD does not reach the calls of SQLite here: {len(calls)} calls, "
                 f"exit code {result.code}")


# Cases --------------------------------------------------------------------------------


class Case:
    """A migration file, and where its life begins: the declared tables with their rows."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        text = self.path.read_text(encoding="utf-8")
        self.id = re.search(r"^id: *(\S+)", text, re.M)[1].strip("'\"")
        self.name = self.path.stem if self.path.stem != "migration" else self.path.parent.name
        self.text = text

    def without_change(self):
        """The same tables, under another id, and nothing to do."""
        blocks = re.split(r"^(?=[a-z_]+:)", self.text, flags=re.M)
        kept = [block for block in blocks if re.match(r"tables?:", block)]
        return f"id: START\n{''.join(kept)}\nsteps: []\n"

    def make_start(self, mode):
        """The picture of a database that holds the declared tables and nothing else."""
        with folder() as place:
            database = Database(place)
            database.create(mode)
            file = place / "start.yaml"
            file.write_text(self.without_change(), encoding="utf-8")
            result = zdm("-q", "--url", database.url, "--seed-data", "--fail-on", "never", file)
            if result.code != 0:
                raise RuntimeError(f"no start: {result}")
            return database.picture()

    def run(self, database):
        return ["--url", database.url, "--seed-data", self.path]

    def verb(self, verb, database):
        return [verb, self.id, "--url", database.url]


def go_to_end(case, database):
    """What a user does until nothing is left to do; the results of all the calls."""
    results = []
    for _ in range(6):
        run = database.peek(case.id)
        if run is None or run[1] == "rolled_back" and not results:
            command = case.run(database)
        elif run[1] in ("complete", "rolled_back", "stuck"):
            break
        elif run[1] == "waiting" and run[0] in ("MIGRATING", "CONTRACTING"):
            command = case.verb("contract", database)
        else:
            command = case.verb("continue", database)
        results.append(zdm(*command))
    return results


def go_back(case, database):
    """abort, until it is done."""
    results = []
    for _ in range(3):
        run = database.peek(case.id)
        if run is None or run[1] in ("rolled_back", "complete"):
            break
        results.append(zdm(*case.verb("abort", database)))
    return results


def randomly():
    return random.Random(SEED)
