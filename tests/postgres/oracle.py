#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL against memory: after every phase the same rows, after every abort the start.

usage: oracle.py ZDM-RUN SERVER-URL FILE...

Each file gets databases of its own on the server and goes through expanding, migrating
and its contract; then it is aborted after expanding and after migrating, and the schema
dump and the rows are those of the start.
"""
import json
import os
import re
import subprocess
import sys

import blocking

ZDM, SERVER, FILES = sys.argv[1], sys.argv[2].rsplit("/", 1)[0], sys.argv[3:]
ME = f"oracle_{os.getpid()}"
ENGINE = "postgres"
BASE = ["--format", "json", "--max-rows", "1000000", "--fail-on", "never"]


# What no SQL engine can do as memory does.
KNOWN = {
    "check-expression": "memory records SQL, and cannot check it",
    "foreign-key-undeclared-table": "memory cannot look at a table that is not declared",
}


class Differs(Exception):
    pass


class Unsupported(Exception):
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


def dump(name):
    """The schema and the rows, in an order of their own."""
    schema = subprocess.run(["pg_dump", "-s", "-N", "zdm", "--no-comments", f"{SERVER}/{name}"],
                            capture_output=True, text=True, check=True).stdout
    data = subprocess.run(["pg_dump", "-a", "-N", "zdm", "--inserts", f"{SERVER}/{name}"],
                          capture_output=True, text=True, check=True).stdout
    rows = sorted(line for line in data.split("\n") if line.startswith("INSERT"))
    return re.sub(r"\\(un)?restrict .*", "", schema), rows


def tables(result):
    """Columns and rows, in no order."""
    document = json.loads(result.stdout)
    return {table["name"]: (sorted(column["name"] for column in table["columns"]),
                            sorted(json.dumps(row, sort_keys=True) for row in table["rows"]))
            for table in document["tables"]}


def expect_same(what, memory, result):
    if result.returncode != memory.returncode:
        raise Differs(f"{what}: memory exits {memory.returncode}, {ENGINE} {result.returncode}: "
                      f"{result.stderr[:800]}")
    if result.stdout and tables(result) != tables(memory):
        raise Differs(f"{what}:\n  memory   {tables(memory)}\n  {ENGINE} {tables(result)}")


def run_until(phase, url, path, *more):
    result = zdm(*BASE, "--url", url, *more, "--until", phase, path)
    if f"cannot run on {ENGINE}" in result.stderr:
        raise Unsupported(next(line for line in result.stderr.split("\n") if "cannot run" in line))
    return result


def expect_start(what, name, start):
    now = dump(name)
    if now != start:
        gone = [line for line in start[0].split("\n") + start[1]
                if line not in now[0].split("\n") + now[1]]
        more = [line for line in now[0].split("\n") + now[1]
                if line not in start[0].split("\n") + start[1]]
        raise Differs(f"{what}: gone {gone[:12]}\n  more {more[:12]}")


def abort(what, name, start):
    result = zdm("abort", "--url", f"{SERVER}/{name}")
    if result.returncode != 0 and "no migration is unfinished" not in result.stderr:
        raise Differs(f"{what}: exit {result.returncode}: {result.stderr[:800]}")
    if result.returncode == 0:
        expect_start(what, name, start)
    return result.returncode == 0


def left_behind(name):
    return psql(name, "SELECT relname FROM pg_class WHERE relname ~ '^zdm_(aside|not_null)' "
                "OR relname ~ '^before_' UNION SELECT conname FROM pg_constraint WHERE conname ~ "
                "'^zdm_' AND conname !~ '^zdm_(meta|migration|step|event)_' UNION SELECT proname "
                "FROM pg_proc WHERE pronamespace = to_regnamespace('zdm') UNION SELECT tgname FROM "
                "pg_trigger WHERE tgname ~ 'zdm' UNION SELECT indexrelid::regclass::text FROM "
                "pg_index WHERE NOT indisvalid")


def seed(path):
    """The declared tables, and nothing done to them: the first step is made to fail."""
    url = create(f"{ME}_start")
    zdm(*BASE, "--url", url, "--seed-data", "--fail-at", "1", path)
    return dump(f"{ME}_start")


def one(path):
    memory = {phase: zdm(*BASE, "--until", phase, path)
              for phase in ("expanding", "migrating", "complete")}
    if memory["expanding"].returncode not in (0, 3):
        return "not valid"
    url = create(ME)
    result = run_until("expanding", url, path, "--seed-data")
    expect_same("expanding", memory["expanding"], result)
    start = seed(path)
    if result.returncode == 3:
        expect_start("rolled back in expanding", ME, start)
        return "rolled back"
    create(f"{ME}_expanded", ME)
    result = zdm(*BASE, "--url", url, path)
    expect_same("migrating", memory["migrating"], result)
    if result.returncode == 3:
        expect_start("rolled back in migrating", ME, start)
        return "rolled back"
    create(f"{ME}_migrated", ME)
    result = zdm("contract", *BASE[:4], "--url", url)
    if "no migration is unfinished" not in result.stderr:
        expect_same("contract", memory["complete"], result)
        if result.returncode == 3:
            expect_start("rolled back in contracting", ME, start)
    left = left_behind(ME)
    if left.strip():
        raise Differs(f"left behind: {left}")
    result = zdm("verify", "--url", url)
    if result.returncode != 0:
        raise Differs(f"verify: exit {result.returncode}: {result.stdout[:800]}")
    abort("abort after expanding", f"{ME}_expanded", start)
    abort("abort after migrating", f"{ME}_migrated", start)
    return "same"


def allowing(path):
    """What is refused because others would wait for it is done while there are none."""
    try:
        return one(path)
    except Unsupported as why:
        if blocking.ASKED_FOR not in str(why):
            raise
        return f"{one(blocking.allow(path))}, allowed to block"


def main():
    counts, bad, number = {}, 0, 0
    for path in FILES:
        if os.path.basename(os.path.dirname(path)) in KNOWN:
            continue
        number += 1
        name = path.split("/tests/cases/")[-1].split("/migrations/")[-1]
        try:
            word = allowing(path)
            print(f"ok {number} - {name}: {word}", flush=True)
        except Unsupported as why:
            word = "unsupported"
            print(f"ok {number} - {name}: {str(why)[-240:]}", flush=True)
        except (Differs, subprocess.CalledProcessError) as why:
            word = "DIFFERS"
            bad += 1
            print(f"not ok {number} - {name}")
            for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                print(f"# {line}", flush=True)
        counts[word] = counts.get(word, 0) + 1
    for end in ("", "_start", "_expanded", "_migrated"):
        drop(f"{ME}{end}")
    print(f"# {counts}")
    print(f"1..{number}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
