#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""I/O errors and full disks: at the n-th call that changes a file, once or from then on.

The program says what happened, what the database is now and what to type next; it never
says that all is well when it is not; and when the fault is gone both ways out are open.
"""

import contextlib
import os
import subprocess

import crash_kills as kills
import crash_support as support
from crash_support import LONG, SOURCE, Case, Database, Tap, folder, zdm

FAULTS = ("eio-once", "eio", "enospc")
# Every n in `make check`, the kinds of faults taking turns; and some n of others.
THOROUGH = [("MIG-002", "delete")]
BRIEF = [("MIG-027", "wal"), ("MIG-034", "delete"), ("MIG-014", "wal")]
N_BRIEF = 12


def every_fault(calls):
    return [(fault, n) for n in range(1, len(calls) + 1) for fault in FAULTS]


def faults_in_turn(calls):
    return [(FAULTS[n % len(FAULTS)], n) for n in range(1, len(calls) + 1)]


# What the program says ------------------------------------------------------------------


class Before:
    """What was there before the call."""

    def __init__(self, life, part):
        self.pictures = [life.middle_picture] if part != "run" else [life.empty]
        self.run = life.middle.peek(life.case.id) if part != "run" else None


def part_is_done(life, part, database):
    """Exit code 0: what an undisturbed call leaves."""
    expected = {"run": (life.middle_picture, life.middle.peek(life.case.id)),
                "contract": (life.end, life.end_run),
                "abort": (life.start, ("ROLLED_BACK", "rolled_back", "backward"))}[part]
    picture, run = expected
    problems = kills.other_picture("what exit code 0 says", picture, database)
    if database.run_of(life.case.id) != run:
        problems.append(f"recorded is {database.run_of(life.case.id)}, not {run}")
    return problems


def is_as_before(life, part, database):
    before = Before(life, part)
    problems = kills.other_picture("as before the call", before.pictures[0], database)
    if database.run_of(life.case.id) != before.run:
        problems.append(f"recorded is {database.run_of(life.case.id)}, was {before.run}")
    return problems


def is_rolled_back(life, database):
    problems = kills.other_picture("the start", life.start, database)
    run = database.run_of(life.case.id)
    if run is None or run[1] != "rolled_back":
        problems.append(f"recorded is {run}")
    return problems


def is_recorded(life, database, result):
    run = database.run_of(life.case.id)
    problems = [] if run is not None else ["nothing is recorded"]
    if not result.says("state: ", "next: zdm-run ", life.case.id):
        problems.append("the state or the next command is missing")
    if result.says("[COMPLETE]") or result.says("[ROLLED_BACK]"):
        problems.append("an end is told that is not recorded")
    if run is not None and run[1] in ("complete", "rolled_back"):
        problems.append(f"recorded is {run}")
    return problems


def has_committed_after_all(life, database, result):
    """With a write-ahead log a COMMIT may fail on a disk that takes nothing any more, and what
    it had written be found complete by the next who opens the database: SQLite cannot tell
    it, and neither can the program.  Then the last transaction of the call is there wholly."""
    run, picture = database.run_of(life.case.id), database.picture()
    if life.mode != "wal" or run is None:
        return False
    if result.code == 7:
        return run == ("PENDING", "running", "forward") and picture == life.start
    return result.code == 4 and result.says("disk I/O error", "state: ", "next: zdm-run ") and (
        run == life.end_run and picture == life.end
        or run == ("ROLLED_BACK", "rolled_back", "backward") and picture == life.start)


def check_code(life, part, database, result):
    if has_committed_after_all(life, database, result):
        return []
    if result.code == 0:
        return part_is_done(life, part, database)
    if not result.says("disk I/O error") and not result.says("database or disk is full") \
            and not (result.code == 3 and life.end_run[1] == "rolled_back"):
        return ["what failed is not said"]
    if result.code == 3:
        return is_rolled_back(life, database)
    if result.code == 4:
        return is_recorded(life, database, result)
    if result.code == 7:
        problems = [] if result.says("state: ") else ["the state is missing"]
        return problems + is_as_before(life, part, database)
    return [f"exit code {result.code}"]


# One point ------------------------------------------------------------------------------


def try_point(life, part, point):
    fault, n = point
    with folder() as place, folder() as second, folder() as third:
        if part == "run":
            database = Database(place)
            database.create(life.mode)
            command = life.case.run(database)
        else:
            database = life.middle.copy_to(place)
            command = life.case.verb(part, database)
        result = support.run_with_fault(database, fault, n, *command)
        seen, copy = database.copy_to(second), database.copy_to(third)
        problems = check_code(life, part, seen, result)
        if not seen.is_intact():
            problems.append("integrity_check")
        problems += kills.check_start(life, copy)
        forward = kills.check_continued_abort if part == "abort" else kills.check_end
        problems += forward(life, database)
    return [f"{part} {fault} {n} of {len(life.calls[part])}: {problem}\n{result}"
            for problem in problems]


def matrix(tap, life, choose):
    for part, calls in life.calls.items():
        points = choose(calls)
        lists = support.in_parallel(lambda point, p=part: try_point(life, p, point), points)
        tap.result(f"{life.case.name} ({life.mode}): {part} on a disk with faults",
                   [problem for problems in lists for problem in problems], len(points))


# A disk that is full ------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(kilobytes):
    """A folder on a file system of that size; None where nobody may mount one."""
    with folder() as place:
        options = f"size={kilobytes}k"
        command = ["mount", "-t", "tmpfs", "-o", options, "zdm-test", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, check=False, stderr=subprocess.DEVNULL
                                               ).returncode != 0:
            yield None
            return
        try:
            yield place
        finally:
            subprocess.run(["umount", str(place)], check=True)


def make_room(place):
    subprocess.run(["mount", "-o", "remount,size=200m", str(place)], check=True)


def full_disk(mode, way):
    case, origin = kills.make_many(support.new_folder(), mode)
    start = kills.rows_of(origin)
    size = sum(file.stat().st_size for file in origin.place.iterdir()) // 1024
    problems = []
    with small_disk(size + 1000) as place:
        if place is None:
            return None
        database = origin.copy_to(place)
        result = zdm(*case.run(database))
        if result.code != 4 or not result.says("disk is full", "make room", "state: ", "next: "):
            problems.append(f"on the full disk: {result}")
        make_room(place)
        if not database.is_intact():
            problems.append("integrity_check")
        results = (support.go_to_end if way == "continue" else support.go_back)(case, database)
        problems += [str(result) for result in results if result.code != 0]
        if way == "abort" and kills.rows_of(database) != start:
            problems.append("not the start")
        if way == "continue" and database.run_of(case.id) != ("COMPLETE", "complete", "forward"):
            problems.append(f"recorded is {database.run_of(case.id)}")
    return problems


def full_disks(tap):
    for mode in kills.MODES:
        for way in ("continue", "abort"):
            name = f"a full disk ({mode}), room again, {way}"
            problems = full_disk(mode, way)
            if problems is None:
                print("# no small file system can be mounted here: skipped", name)
            else:
                tap.result(name, problems)


# All ----------------------------------------------------------------------------------------


def main():
    support.need_faults()
    tap = Tap()
    if LONG:
        for name, _ in THOROUGH + BRIEF:
            for each in kills.MODES:
                matrix(tap, kills.live(Case(kills.file_of(name)), each), every_fault)
        for file in sorted((SOURCE / "migrations").glob("*.yaml")):
            life = kills.live(Case(file), "delete")
            if life is not None:
                matrix(tap, life, lambda calls: kills.thinned(every_fault(calls), 60))
        full_disks(tap)
    else:
        for name, mode in THOROUGH:
            matrix(tap, kills.live(Case(kills.file_of(name)), mode), faults_in_turn)
        for name, mode in BRIEF:
            matrix(tap, kills.live(Case(kills.file_of(name)), mode),
                   lambda calls: kills.thinned(faults_in_turn(calls), N_BRIEF))
    tap.done()


if __name__ == "__main__":
    main()
