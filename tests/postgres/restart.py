#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server, or a runner, that is killed while a migration runs and applications write.

usage: restart.py ZDM-RUN SERVER-URL DIR TIMES

Each time it is at a random moment of the run, of its contract and of an abort. The server is started
again, and the call ends with 0, with 4 and is recorded, or with 7 and is not. Before anybody goes on,
an application adds rows, changes them and takes them away. What goes on then leads to the schema of
an undisturbed run, or of the start, and each write that was acknowledged is there.
"""
import os
import random
import re
import subprocess
import sys
import threading
import time

from writer import Writer

ZDM, SERVER, DIR = sys.argv[1], sys.argv[2].rsplit("/", 1)[0], sys.argv[3]
TIMES = int(sys.argv[4])
SCRIPT = os.path.join(os.path.dirname(__file__), "../servers/postgres.sh")
JOURNAL = "zdm.zdm_migration"
ME = f"restart_{os.getpid()}"
START, WORK = f"{ME}_start", f"{ME}_work"
URL = f"{SERVER}/{WORK}"
N_ROWS = 4000
FILE = "restart.yaml"
YAML = """id: RESTART
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
  indexes: [ { name: by_name, columns: [name] } ]
change:
  rename_column: { from: name, to: title }
"""
random.seed(int(os.environ.get("ZDM_SEED", "1")))


class Differs(Exception):
    pass


def psql(database, *commands):
    args = ["psql", "-XAqt", "-v", "ON_ERROR_STOP=1", f"{SERVER}/{database}"]
    for command in commands:
        args += ["-c", command]
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


def create(name, template=None):
    end = f" TEMPLATE {template}" if template else ""
    psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}{end}")


def dump(name):
    """The schema, and no rows."""
    text = subprocess.run(["pg_dump", "-s", "-N", "zdm", f"{SERVER}/{name}"], capture_output=True, text=True,
                          check=True).stdout
    return re.sub(r"\\(un)?restrict .*", "", text), None


def make_table():
    psql(START, "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL)",
         f"INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, {N_ROWS}) AS i",
         "CREATE INDEX by_name ON users (name)", "VACUUM ANALYZE users")
    psql(START, "CHECKPOINT")


def writer_of(column, known=None):
    return Writer(URL, column, N_ROWS, known)


def schema():
    return dump(WORK)[0]


def state():
    """Of the last run; "" without a journal."""
    try:
        return psql(WORK, f"SELECT state FROM {JOURNAL} ORDER BY number DESC LIMIT 1").strip()
    except subprocess.CalledProcessError:
        return ""


def zdm(*args):
    begun = time.monotonic()
    result = subprocess.run([ZDM, *args, "--url", URL], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return result, time.monotonic() - begun


RUN = ("--fail-on", "never", "--batch-size", "200", FILE)


def fine(*args):
    result, took = zdm(*args)
    if result.returncode != 0:
        raise Differs(f"{' '.join(args)}: exit {result.returncode}: {result.stderr}")
    return took


def accepted(*args):
    """Whether, behind that call, an application can write that knows one column alone."""
    column = "title" if args[0] == "contract" else "name"
    try:
        psql(WORK, f"INSERT INTO users (id, {column}) VALUES (-1, 'a')",
             f"UPDATE users SET {column} = 'b' WHERE id = -1", "DELETE FROM users WHERE id = -1")
    except subprocess.CalledProcessError as why:
        raise Differs(f"behind a killed {args[0]} an application cannot write {column}: {why.stderr}") from why


def server_killed(seconds, *args):
    """Within that time. Returns: the exit code"""
    before = state()
    killer = threading.Timer(random.random() * seconds, subprocess.run, [[SCRIPT, "restart", DIR]],
                             {"check": True})
    killer.start()
    result, _ = zdm(*args)
    killer.join()
    if result.returncode not in (0, 4, 7):
        raise Differs(f"{' '.join(args)}: exit {result.returncode}: {result.stderr}")
    if result.returncode == 4 and (not state() or "next: zdm-run " not in result.stderr):
        raise Differs(f"stopped, and not recorded: {result.stderr}")
    if result.returncode == 7 and state() != before:
        raise Differs(f"untouched, and it was {before} and is {state()}: {result.stderr}")
    accepted(*args)
    return result.returncode


def runner_killed(seconds, *args):
    """The same. Returns: -9 for one that had not ended"""
    process = subprocess.Popen([ZDM, *args, "--url", URL], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.random() * seconds)
    process.kill()
    code = process.wait()
    accepted(*args)
    return code


class Undisturbed:
    """How long each call takes, and the schemas."""

    def __init__(self):
        create(START)
        make_table()
        create(WORK, START)
        self.start = schema()
        self.run_s = fine(*RUN)
        self.expanded = schema()
        self.contract_s = fine("contract", "RESTART")
        self.end = schema()


def expect(what, wanted, writer, column):
    rows = psql(WORK, f"SELECT concat(id, '|', {column}) FROM users ORDER BY id").split()
    if schema() != wanted:
        raise Differs(f"{what}: the schema is another one")
    if len(rows) != N_ROWS or writer.wrong(rows):
        raise Differs(f"{what}: {len(rows)} rows; no write explains {writer.wrong(rows)[:5]}")


def begin(disturbed, seconds):
    """The run, with the old application. Returns: its writer, the exit code"""
    create(WORK, START)
    writer = writer_of("name")
    writer.start()
    code = disturbed(seconds, *RUN)
    return writer, code


def forward(known, disturbed):
    codes = []
    writer, code = begin(disturbed, known.run_s)
    codes.append(code)
    fine(*(("continue", "RESTART") if state() else RUN))
    values, n_acknowledged = writer.stop(), writer.n_acknowledged
    expect("continued", known.expanded, writer, "title")
    writer = writer_of("title", values)
    writer.start()
    codes.append(disturbed(known.contract_s, "contract", "RESTART"))
    fine("contract", "RESTART")
    writer.stop()
    expect("contracted", known.end, writer, "title")
    return codes, n_acknowledged + writer.n_acknowledged


def back(known, disturbed):
    codes = []
    writer, code = begin(disturbed, known.run_s)
    codes.append(code)
    if state():
        codes.append(disturbed(known.contract_s, "abort", "RESTART"))
        fine("abort", "RESTART")
    writer.stop()
    expect("aborted", known.start, writer, "name")
    return codes, writer.n_acknowledged


def main():
    bad = 0
    with open(FILE, "w") as file:
        file.write(YAML)
    known = Undisturbed()
    attempts = [(way, disturbed) for disturbed in (server_killed, runner_killed)
                for _ in range(TIMES) for way in (forward, back)]
    n_kills = n_acknowledged = 0
    for number, (way, disturbed) in enumerate(attempts, 1):
        name = f"{way.__name__}, {disturbed.__name__.replace('_', ' ')}"
        try:
            codes, n = way(known, disturbed)
            n_kills += sum(code != 0 or disturbed is server_killed for code in codes)
            n_acknowledged += n
            print(f"ok {number} - {name}: exit codes {codes}, {n} writes acknowledged", flush=True)
        except (Differs, subprocess.CalledProcessError) as why:
            bad += 1
            Writer.stop_all()
            print(f"not ok {number} - {name}")
            for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                print(f"# {line}", flush=True)
    print(f"# {n_kills} kills, {n_acknowledged} writes acknowledged")
    print(f"1..{len(attempts)}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
