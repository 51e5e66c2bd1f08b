#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other writers, other runners, takeovers and signals, while a migration runs."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import time

import crash_kills as kills
import crash_support as support
from crash_support import LONG, Case, Database, Tap, folder, zdm

COMPLETE = ("COMPLETE", "complete", "forward")
WAITING = ("MIGRATING", "waiting", "forward")
ROLLED_BACK = ("ROLLED_BACK", "rolled_back", "backward")
N_ROUNDS = 50 if LONG else 10
N_ROWS = 70_000  # a fill of several rests
SHORT_BUDGET = ("--lock-timeout", "300ms")
LONG_BUDGET = ("--lock-timeout", "60s")


class Many:
    """Many rows in each journal mode, made once."""

    def __init__(self):
        self.origins = {mode: kills.make_many(support.new_folder(), mode, N_ROWS)
                        for mode in kills.MODES}

    @contextlib.contextmanager
    def fresh(self, mode):
        case, origin = self.origins[mode]
        with folder() as place:
            yield case, origin.copy_to(place)

    def start(self, mode):
        return kills.rows_of(self.origins[mode][1])


def whole(database):
    """Everything, the journal's tables included."""
    with database.open() as db:
        return list(db.iterdump())


# Other writers --------------------------------------------------------------------------


@contextlib.contextmanager
def write_lock(database):
    db = sqlite3.connect(database.path, isolation_level=None, timeout=30)
    try:
        db.execute("BEGIN IMMEDIATE")
        yield db
    finally:
        db.close()


def a_writer_before_the_first_action(tap, mode):
    case = Case(kills.file_of("MIG-002"))
    with folder() as place, tap.group(f"a writer before the first action ({mode}): exit 6") as bad:
        database = Database(place)
        database.create(mode)
        for commands in ([case.run], [lambda d, v=v: case.verb(v, d)
                                      for v in ("contract", "abort", "continue")]):
            before = whole(database)
            with write_lock(database):
                results = [zdm(*command(database), *SHORT_BUDGET) for command in commands]
            bad += [str(result) for result in results
                    if result.code != 6 or not result.says("untouched by this call", "next: ")]
            if whole(database) != before:
                bad.append("something was written")
            if zdm(*case.run(database)).code != 0:
                bad.append("and without the writer it does not run")


def a_writer_that_ends_in_time(tap, mode):
    case = Case(kills.file_of("MIG-002"))
    with folder() as place, tap.group(f"a writer that ends in time ({mode})") as bad:
        database = Database(place)
        database.create(mode)
        with write_lock(database):
            process = support.start_zdm(*case.run(database), *LONG_BUDGET)
            time.sleep(0.5)
            if process.poll() is not None:
                bad.append("it did not wait")
        result = support.end_zdm(process)
        if result.code != 0 or database.run_of(case.id) != WAITING:
            bad.append(result)


def n_rows_done(database):
    try:
        rows = database.sql("SELECT sum(n_rows) FROM zdm_step")
    except sqlite3.OperationalError:  # not made yet
        return 0
    return rows[0][0] or 0


def wait_for_rows(database, process):
    """Until the run has recorded a chunk."""
    while n_rows_done(database) == 0:
        if process.poll() is not None:
            raise RuntimeError(f"it has ended: {support.end_zdm(process)}")
        time.sleep(0.002)


@contextlib.contextmanager
def stopped_between_chunks(database, process):
    """SIGSTOP at a moment at which it holds no lock; whoever comes has the lock then."""
    wait_for_rows(database, process)
    db = sqlite3.connect(database.path, isolation_level=None, timeout=0)
    try:
        while True:
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            if process.poll() is not None:
                raise RuntimeError(f"it has ended: {support.end_zdm(process)}")
            try:
                db.execute("BEGIN EXCLUSIVE")
                break
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.001)
        yield db
    finally:
        db.close()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)


def small_steps(case, database):
    return [*case.run(database), "--batch-size", "100"]


def a_writer_between_two_chunks(tap, many, mode):
    with many.fresh(mode) as (case, database), \
            tap.group(f"a writer between two chunks ({mode}): exit 4, then continue") as bad:
        process = support.start_zdm(*small_steps(case, database), *SHORT_BUDGET)
        with stopped_between_chunks(database, process):
            process.send_signal(signal.SIGCONT)
            result = support.end_zdm(process)
            held = zdm(*case.verb("continue", database), *SHORT_BUDGET)
        if result.code != 4 or not result.says("another process holds the database's write lock",
                                               "state: ", "next: zdm-run continue MANY"):
            bad.append(result)
        run = database.run_of(case.id)
        if run is None or run[1] not in ("stopped", "running"):
            bad.append(f"recorded is {run}")
        if held.code != 6:
            bad.append(held)
        result = zdm(*case.verb("continue", database))
        if result.code != 0 or database.run_of(case.id) != WAITING:
            bad.append(result)


# Other runners --------------------------------------------------------------------------


def names_holder(result, pid):
    return result.says("another runner is at work", f"process {pid} on {socket.gethostname()}") \
        and re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result.stdout + result.stderr)


def start_two(database, first, second):
    """Both wait for a writer, so that they begin together."""
    with write_lock(database):
        processes = [support.start_zdm(*command, *LONG_BUDGET) for command in (first, second)]
        time.sleep(0.2)
    return [(process.pid, support.end_zdm(process)) for process in processes]


def one_round(many, mode, bad):
    """Whether the two have met."""
    with many.fresh(mode) as (case, database):
        ends = start_two(database, small_steps(case, database), small_steps(case, database))
        codes = sorted(result.code for _, result in ends)
        if codes == [0, 6]:
            winner = next(pid for pid, result in ends if result.code == 0)
            loser = next(result for _, result in ends if result.code == 6)
            if not names_holder(loser, winner):
                bad.append(f"the holder is not named: {loser}")
        elif codes != [0, 0]:
            bad += [str(result) for _, result in ends]
        if database.run_of(case.id) != WAITING:
            bad.append(f"recorded is {database.run_of(case.id)}")
        n_runs = database.sql("SELECT count(*) FROM zdm_migration WHERE id = 'MANY'")[0][0]
        if n_runs != 1:
            bad.append(f"{n_runs} runs are recorded")
        wrong = database.sql("SELECT count(*) FROM many WHERE title IS NOT 'User ' || id")[0][0]
        if wrong:
            bad.append(f"{wrong} rows are wrong")
        return codes == [0, 6]


def two_runners(tap, many):
    bad, n_met = [], 0
    for n_tried in range(2 * N_ROUNDS):
        if n_met == N_ROUNDS:
            break
        n_met += one_round(many, kills.MODES[n_tried % 2], bad)
    if n_met < N_ROUNDS:
        bad.append(f"they met {n_met} times only")
    tap.result(f"two runners at once, {n_met} times: one runs, the other exits 6", bad)


def two_goals(tap, many, mode):
    """contract and abort at once: either, wholly."""
    with many.fresh(mode) as (case, database), \
            tap.group(f"contract and abort at once ({mode})") as bad:
        if zdm(*case.run(database)).code != 0:
            bad.append("it does not run")
        ends = [result for _, result in start_two(database, case.verb("contract", database),
                                                  case.verb("abort", database))]
        codes = sorted(result.code for result in ends)
        if codes not in ([0, 6], [0, 2]):
            bad += ends
        run = database.run_of(case.id)
        rows = kills.rows_of(database)
        if run == ROLLED_BACK and rows != many.start(mode):
            bad.append("not the start")
        if run not in (ROLLED_BACK, COMPLETE):
            bad.append(f"recorded is {run}")
        if zdm("verify", "--url", database.url).code != 0:
            bad.append("verify")


def waiting_for_the_lock(tap, many, mode):
    with many.fresh(mode) as (case, database), \
            tap.group(f"--wait-lock ({mode}): waits, and finds nothing to do") as bad:
        first = support.start_zdm(*small_steps(case, database))
        wait_for_rows(database, first)
        second = support.start_zdm(*case.run(database), "--wait-lock", "100s")
        for process in (first, second):
            result = support.end_zdm(process)
            if result.code != 0:
                bad.append(result)
        n_runs = database.sql("SELECT count(*) FROM zdm_migration WHERE id = 'MANY'")[0][0]
        if n_runs != 1 or database.run_of(case.id) != WAITING:
            bad.append(f"{n_runs} runs, {database.run_of(case.id)}")


def a_stopped_holder(tap, many, mode):
    with many.fresh(mode) as (case, database), \
            tap.group(f"a holder that is stopped ({mode}) still holds") as bad:
        process = support.start_zdm(*small_steps(case, database))
        with stopped_between_chunks(database, process) as lock:
            lock.execute("ROLLBACK")
            for verb in ("continue", "abort"):
                result = zdm(*case.verb(verb, database))
                if result.code != 6 or not names_holder(result, process.pid):
                    bad.append(result)
        result = support.end_zdm(process)
        if result.code != 0 or database.run_of(case.id) != WAITING:
            bad.append(result)


def forge_holder(db, silent_s):
    for name, content in (("lock_host", "elsewhere"), ("lock_boot", "another"),
                          ("lock_heartbeat", str(int(time.time()) - silent_s))):
        if db.execute("UPDATE zdm_meta SET content = ? WHERE name = ?",
                      (content, name)).rowcount != 1:
            raise RuntimeError(f"zdm_meta has no row '{name}'")


def a_takeover(tap, many, mode):
    with many.fresh(mode) as (case, database), \
            tap.group(f"a silent holder elsewhere ({mode}) is taken over, and fenced") as bad:
        process = support.start_zdm(*small_steps(case, database))
        with stopped_between_chunks(database, process) as lock:
            forge_holder(lock, 30)
            lock.execute("COMMIT")
            result = zdm(*case.verb("continue", database))
            if result.code != 6 or not result.says("on elsewhere"):
                bad.append(f"one that was heard of 30 s ago: {result}")
            lock.execute("BEGIN IMMEDIATE")
            forge_holder(lock, 62)
            lock.execute("COMMIT")
            result = zdm(*case.verb("continue", database))
            if result.code != 0 or database.run_of(case.id) != WAITING:
                bad.append(f"the takeover: {result}")
            before = whole(database)
        result = support.end_zdm(process)
        if result.code != 4 or not result.says("another runner has taken over"):
            bad.append(f"the first one: {result}")
        if whole(database) != before:
            bad.append("the first one has written something")
        result = zdm(*case.verb("contract", database))
        if result.code != 0 or database.run_of(case.id) != COMPLETE:
            bad.append(result)


# Signals --------------------------------------------------------------------------------


def a_signal(tap, many, mode, number):
    with many.fresh(mode) as (case, database), \
            tap.group(f"{number.name} ({mode}): exit {128 + number}, then continue") as bad:
        process = support.start_zdm(*small_steps(case, database))
        wait_for_rows(database, process)
        process.send_signal(number)
        result = support.end_zdm(process)
        if result.code != 128 + number or not result.says("stopped at a safe point",
                                                          "next: zdm-run continue MANY"):
            bad.append(result)
        run = database.run_of(case.id)
        if run is None or run[1] != "stopped":
            bad.append(f"recorded is {run}")
        status = zdm("status", "--url", database.url)
        if status.code != 0 or not status.says("stopped", "zdm-run continue MANY"):
            bad.append(status)
        copy = database.copy_to(support.new_folder())
        result = zdm(*case.verb("continue", database))
        if result.code != 0 or database.run_of(case.id) != WAITING:
            bad.append(result)
        result = zdm(*case.verb("abort", copy))
        if result.code != 0 or kills.rows_of(copy) != many.start(mode):
            bad.append(f"abort: {result}")


def a_second_signal(tap, many, mode, numbers):
    """The first one waits for a lock that it does not get; the second one does not."""
    names = " and ".join(number.name for number in numbers)
    with many.fresh(mode) as (case, database), \
            tap.group(f"{names} ({mode}): ends at once, loses nothing") as bad:
        process = support.start_zdm(*small_steps(case, database), *LONG_BUDGET)
        with stopped_between_chunks(database, process) as lock:
            before = lock.execute("SELECT sum(n_rows) FROM zdm_step").fetchone()[0]
            process.send_signal(signal.SIGCONT)
            process.send_signal(numbers[0])
            time.sleep(0.5)
            if process.poll() is not None:
                bad.append("the first signal ended it while it waited for the lock")
            process.send_signal(numbers[1])
            result = support.end_zdm(process, timeout=30)
        if result.code != -numbers[1]:
            bad.append(result)
        if n_rows_done(database) < before:
            bad.append("rows are lost")
        result = zdm(*case.verb("continue", database))
        if result.code != 0 or database.run_of(case.id) != WAITING:
            bad.append(result)


# All ------------------------------------------------------------------------------------


def main():
    tap = Tap()
    many = Many()
    for mode in kills.MODES:
        a_writer_before_the_first_action(tap, mode)
        a_writer_that_ends_in_time(tap, mode)
        a_writer_between_two_chunks(tap, many, mode)
        two_goals(tap, many, mode)
        waiting_for_the_lock(tap, many, mode)
        a_stopped_holder(tap, many, mode)
        a_takeover(tap, many, mode)
        for number in (signal.SIGINT, signal.SIGTERM):
            a_signal(tap, many, mode, number)
    for numbers in ((signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)):
        a_second_signal(tap, many, "delete", numbers)
    two_runners(tap, many)
    tap.done()


if __name__ == "__main__":
    main()
