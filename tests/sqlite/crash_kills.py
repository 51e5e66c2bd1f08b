#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SIGKILL: at the n-th call that changes a file, and at random moments.

After each of them `continue` (and `contract`) leads to where an undisturbed run gets, and
`abort` to where it began: definitions, rows and record.
"""

import dataclasses
import signal
import time

import crash_support as support
from crash_support import LONG, SOURCE, Case, Database, Tap, difference, folder, zdm

# Every n of these in `make check`; a rename with its mirror, and a type that is swapped.
THOROUGH = [("MIG-002", "delete"), ("MIG-008", "wal")]
# Around the commits of these: several columns, a second table, rows with before-images, a
# run that fails and goes back by itself.
BRIEF = [("MIG-014", "wal"), ("MIG-020", "delete"), ("MIG-027", "wal"), ("MIG-034", "delete")]
MODES = ("delete", "wal")
N_BRIEF = 10
N_SPREAD = 30


@dataclasses.dataclass
class Life:
    """One case lived without faults."""

    case: Case
    mode: str
    start: dict
    empty: dict
    middle: Database  # after the run
    middle_picture: dict
    waits: bool
    end: dict
    end_run: tuple
    calls: dict  # of each part: a letter a call


def live(case, mode):
    """None where SQLite cannot do the case: there is no life to compare with."""
    start = case.make_start(mode)
    database = Database(support.new_folder())
    database.create(mode)
    empty = database.picture()
    calls = {}
    result, calls["run"] = support.count_calls(database, *case.run(database))
    if result.code not in (0, 3):
        return None
    run = database.run_of(case.id)
    middle = database.copy_to(support.new_folder())
    waits = run[1] == "waiting"
    middle_picture = database.picture()
    for part in ("contract", "abort") if waits else ():
        part_of = middle.copy_to(support.new_folder())
        result, calls[part] = support.count_calls(part_of, *case.verb(part, part_of))
        if part == "contract":
            database = part_of
        elif result.code != 0 or part_of.picture() != start:
            raise RuntimeError(f"{case.name}: abort is wrong without a fault: {result}\n"
                               f"{difference(start, part_of.picture())}")
    return Life(case, mode, start, empty, middle, middle_picture, waits, database.picture(),
                database.run_of(case.id), calls)


# Points ---------------------------------------------------------------------------------


def every_point(calls):
    """Each call: killed after it, or in the middle of what it writes."""
    return [("torn" if letter == "w" and n % 2 else "kill-after", n)
            for n, letter in enumerate(calls, 1)]


def points_at_commits(calls):
    """Before and after what commits, the unlinking of the journal, and a torn write on the
    way there.  A write-ahead log is only written to, until it is closed: any call may be
    the one."""
    if "u" not in calls.rstrip("u"):
        return thinned(every_point(calls), N_SPREAD)
    commits = [n for n, call in enumerate(calls, 1) if call == "u"]
    points, last = [], 0
    for n in commits:
        points += [("torn", (last + n + 1) // 2), ("kill-before", n), ("kill-after", n)]
        last = n
    return points


def all_points(calls):
    return every_point(calls) + [("torn", n) for n, letter in enumerate(calls, 1)
                                 if letter == "w" and n % 2 == 0]


def thinned(points, n):
    if len(points) <= n:
        return points
    return [points[i * len(points) // n] for i in range(n)]


# Ways on and back -----------------------------------------------------------------------


def check_end(life, database):
    """From whatever is there to the end of an undisturbed run."""
    results = support.go_to_end(life.case, database)
    allowed = (0, 3) if life.end_run[1] == "rolled_back" else (0,)
    problems = [f"the way on: {result}" for result in results if result.code not in allowed]
    if database.run_of(life.case.id) != life.end_run:
        problems.append(f"recorded is {database.run_of(life.case.id)}, not {life.end_run}")
    problems += other_picture("the end", life.end, database)
    return problems


def other_picture(what, picture, database):
    text = difference(picture, database.picture())
    return [f"not {what}:\n{text}"] if text else []


def check_start(life, database):
    """From whatever is there back to the start."""
    results = support.go_back(life.case, database)
    problems = [f"the way back: {result}" for result in results if result.code != 0]
    run = database.run_of(life.case.id)
    if run is not None and run[1] == "complete":
        return problems + other_picture("the end", life.end, database)
    if run is None and database.picture() == life.empty:
        return problems
    if run is not None and run[1] != "rolled_back":
        problems.append(f"recorded is {run} after abort")
    return problems + other_picture("the start", life.start, database)


def check_continued_abort(life, database):
    """`continue` goes on with the abort, or with the wait that it did not end."""
    results = []
    for _ in range(3):
        run = database.peek(life.case.id)
        if run[1] not in ("running", "stopped"):
            break
        results.append(zdm(*life.case.verb("continue", database)))
    problems = [f"the way on: {result}" for result in results if result.code != 0]
    if run[1] == "waiting":
        return problems + other_picture("the middle", life.middle_picture, database)
    if run[1] != "rolled_back":
        problems.append(f"recorded is {run} after a continued abort")
    return problems + other_picture("the start", life.start, database)


def try_point(life, part, point):
    fault, n = point
    with folder() as place, folder() as second:
        if part == "run":
            database = Database(place)
            database.create(life.mode)
            command = life.case.run(database)
        else:
            database = life.middle.copy_to(place)
            command = life.case.verb(part, database)
        result = support.run_with_fault(database, fault, n, *command)
        if result.code != -signal.SIGKILL:
            return [f"{part} {fault} {n}: was not killed: {result}"]
        copy = database.copy_to(second)
        forward = check_continued_abort if part == "abort" else check_end
        problems = check_start(life, copy) + forward(life, database)
        if not (database.is_intact() and copy.is_intact()):
            problems.append("integrity_check")
    return [f"{part} {fault} {n} of {len(life.calls[part])}: {problem}" for problem in problems]


def matrix(tap, life, choose):
    for part, calls in life.calls.items():
        points = choose(calls)
        lists = support.in_parallel(lambda point, p=part: try_point(life, p, point), points)
        tap.result(f"{life.case.name} ({life.mode}): {part} killed",
                   [problem for problems in lists for problem in problems], len(points))


# Random moments ---------------------------------------------------------------------------

MANY_ROWS = """\
id: MANY
table:
  name: many
  columns:
    - {{ name: id, type: INTEGER, primary_key: true }}
    - {{ name: name, type: TEXT, nullable: false }}
  rows:
    generate: {n_rows}
    values: {{ id: {{ sequence: 1 }}, name: {{ pattern: "User {{n}}" }} }}
change: {{ rename_column: {{ from: name, to: title }} }}
"""
N_ROWS = 200_000


def make_many(place, mode, n_rows=N_ROWS):
    """The file, and a database that holds its rows."""
    file = place / "many.yaml"
    file.write_text(MANY_ROWS.format(n_rows=n_rows), encoding="utf-8")
    case = Case(file)
    start = place / "start.yaml"
    start.write_text(case.without_change(), encoding="utf-8")
    database = Database(support.new_folder())
    database.create(mode)
    result = zdm("-q", "--url", database.url, "--seed-data", "--fail-on", "never", start)
    if result.code != 0:
        raise RuntimeError(str(result))
    return case, database


def rows_of(database):
    """Cheaper than a picture: definitions, and a sum over all rows."""
    picture = {"master": database.sql(
        "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT IN (?, ?, ?, ?) "
        "ORDER BY 1, 2", support.JOURNAL_TABLES)}
    columns = [name for _, name, *_ in database.sql("PRAGMA table_info (many)")]
    sums = ", ".join(f"count({name}), sum({name} IS NOT 'User ' || id), min({name})"
                     for name in columns)
    return {**picture, "sums": database.sql(f"SELECT count(*), sum(id), {sums} FROM many")}


def kill_at(moment, command):
    process = support.start_zdm(*command)
    time.sleep(moment)
    process.kill()
    return support.end_zdm(process)


def random_kills(tap, n_runs, mode):
    random = support.randomly()
    case, origin = make_many(support.new_folder(), mode)
    start = rows_of(origin)
    with folder() as place:
        whole = origin.copy_to(place)
        begun = time.monotonic()
        result = zdm("-q", *case.run(whole))
        run_s = time.monotonic() - begun
        contract = zdm("-q", *case.verb("contract", whole))
        end = rows_of(whole)
        if (result.code, contract.code) != (0, 0):
            raise RuntimeError(f"{result}{contract}")
    problems, n_killed = [], 0
    for i in range(n_runs):
        moment = random.uniform(0, run_s)
        with folder() as place, folder() as second:
            database = origin.copy_to(place)
            n_killed += kill_at(moment, ["-q", *case.run(database)]).code == -signal.SIGKILL
            copy = database.copy_to(second)
            results = support.go_to_end(case, database) + support.go_back(case, copy)
            found = [str(result) for result in results if result.code != 0]
            found += [f"not the {what}: {difference(was, now)}" for what, was, now in
                      (("end", end, rows_of(database)), ("start", start, rows_of(copy)))
                      if was != now]
            problems += [f"run {i}, killed after {moment:.3f} of {run_s:.3f} s: {problem}"
                         for problem in found]
    if n_killed * 2 < n_runs:
        problems.append(f"only {n_killed} runs were killed")
    tap.result(f"{N_ROWS} rows ({mode}), killed {n_killed} times at random "
               f"(ZDM_SEED={support.SEED})", problems, n_runs)


# All ----------------------------------------------------------------------------------------


def file_of(name):
    return SOURCE / "migrations" / f"{name}.yaml"


def short_form(tap):
    for names, choose in ((THOROUGH, every_point),
                          (BRIEF, lambda calls: thinned(points_at_commits(calls), N_BRIEF))):
        for name, mode in names:
            life = live(Case(file_of(name)), mode)
            if life is None:
                tap.result(f"{name} runs", ["it does not"])
            else:
                matrix(tap, life, choose)
    random_kills(tap, 10, "wal")


def long_form(tap):
    thorough = {name for name, _ in THOROUGH + BRIEF}
    files = sorted((SOURCE / "migrations").glob("*.yaml"))
    for group in ("run", "rollback"):
        files += sorted((SOURCE / "tests/cases" / group).glob("*/migration.yaml"))
    for file in files:
        case = Case(file)
        for mode in MODES:
            life = live(case, mode)
            if life is None:
                print(f"# {case.name}: SQLite cannot do it", flush=True)
                break
            matrix(tap, life, all_points if case.name in thorough else points_at_commits)
    for mode in MODES:
        random_kills(tap, 100, mode)


if __name__ == "__main__":
    support.need_faults()
    TAP = Tap()
    if LONG:
        long_form(TAP)
    else:
        short_form(TAP)
    TAP.done()
