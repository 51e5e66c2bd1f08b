#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs on PostgreSQL that are killed: what goes on ends where an uninterrupted run does.

usage: kill.py ZDM-RUN SERVER-URL KILLS FILE...

For each file, KILLS times each: a run killed at a random moment and continued, its
contract killed and continued, a run killed and aborted, an abort killed and aborted again.
Schema and rows are those of the uninterrupted run, or of the start.
"""
import os
import random
import re
import subprocess
import sys
import time

ZDM, SERVER = sys.argv[1], sys.argv[2].rsplit("/", 1)[0]
KILLS, FILES = int(sys.argv[3]), sys.argv[4:]
ME = f"kill_{os.getpid()}"
JOURNAL = "zdm.zdm_migration"
START, END, WORK = f"{ME}_start", f"{ME}_end", f"{ME}_work"
random.seed(int(os.environ.get("ZDM_SEED", "1")))


class Differs(Exception):
    pass


def zdm(*args):
    return subprocess.run([ZDM, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def psql(database, *commands):
    args = ["psql", "-XAqt", "-v", "ON_ERROR_STOP=1", f"{SERVER}/{database}"]
    for command in commands:
        args += ["-c", command]
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


def create(name, template=None):
    end = f" TEMPLATE {template}" if template else ""
    psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}{end}")
    return f"{SERVER}/{name}"


def drop(name):
    psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def forget_journal(name):
    psql(name, "DROP SCHEMA IF EXISTS zdm CASCADE")


def dump(name):
    schema, rows = (subprocess.run(["pg_dump", *args, "-N", "zdm", f"{SERVER}/{name}"],
                                   capture_output=True, text=True, check=True).stdout
                    for args in (["-s"], ["-a", "--inserts"]))
    return (re.sub(r"\\(un)?restrict .*", "", schema),
            sorted(line for line in rows.split("\n") if line.startswith("INSERT")))


def kill(seconds, *args):
    """Returns: 1 when it was killed before its end."""
    process = subprocess.Popen([ZDM, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL)
    time.sleep(random.random() * seconds)
    killed = process.poll() is None
    process.kill()
    process.wait()
    return int(killed)


def timed(*args):
    begun = time.monotonic()
    result = zdm(*args)
    if result.returncode != 0:
        raise Differs(f"{' '.join(args)}: exit {result.returncode}: {result.stderr[:600]}")
    return time.monotonic() - begun


def state(name):
    return psql(name, f"SELECT state FROM {JOURNAL} ORDER BY number DESC LIMIT 1").strip()


def expect(what, result, name, wanted, unless=None):
    if result.returncode != 0 and (unless is None or unless not in result.stderr):
        raise Differs(f"{what}: exit {result.returncode}: {result.stderr[:600]}")
    if dump(name) != wanted:
        raise Differs(f"{what}: schema or rows differ")


def run_args(url, path):
    return ["--fail-on", "never", "--url", url, path]


def go_on(url, path):
    result = zdm("continue", "--url", url)
    if "no migration is unfinished" in result.stderr:
        result = zdm(*run_args(url, path))
    return result


def one(path):
    url = create(START)
    zdm("--seed-data", "--fail-at", "1", *run_args(url, path))
    forget_journal(START)
    start, kills = dump(START), 0
    url = create(END, START)
    run_time = timed(*run_args(url, path))
    expanded, waits = dump(END), state(END) == "waiting"
    migration = psql(END, f"SELECT id FROM {JOURNAL}").strip()
    contract_time = timed("contract", "--url", url) if waits else 0
    end = dump(END)
    for _ in range(KILLS):
        url = create(WORK, START)
        kills += kill(run_time, *run_args(url, path))
        expect("run, continue", go_on(url, path), WORK, expanded)
        if not waits:
            continue
        kills += kill(contract_time, "contract", "--url", url)
        result = zdm("contract", "--url", url, migration)
        if state(WORK) != "complete":
            result = zdm("continue", "--url", url)
        expect("contract, continue", result, WORK, end)
        url = create(WORK, START)
        kills += kill(run_time, *run_args(url, path))
        expect("run, abort", zdm("abort", "--url", url, migration), WORK, start, "is recorded in")
        url = create(WORK, START)
        timed(*run_args(url, path))
        kills += kill(run_time, "abort", "--url", url)
        expect("abort, abort", zdm("abort", "--url", url, migration), WORK, start)
    return kills


def main():
    bad = 0
    for number, path in enumerate(FILES, 1):
        try:
            print(f"ok {number} - {os.path.basename(path)}: {one(path)} kills", flush=True)
        except (Differs, subprocess.CalledProcessError) as why:
            bad += 1
            print(f"not ok {number} - {os.path.basename(path)}")
            for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                print(f"# {line}", flush=True)
    for name in (START, END, WORK):
        drop(name)
    print(f"1..{len(FILES)}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
