#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two runners at once, a lock that is never let go, a role that may do only what it must.

usage: rivals.py ZDM-RUN SERVER-URL TIMES
"""
import os
import subprocess
import sys
import threading
import time

ZDM, SERVER, TIMES = sys.argv[1], sys.argv[2].rsplit("/", 1)[0], int(sys.argv[3])
JOURNAL = "zdm.zdm_migration"
NAME = f"rivals_{os.getpid()}"
ROLE = f"rivals_{os.getpid()}_owner"
URL = f"{SERVER}/{NAME}"
FILE = "rename.yaml"
YAML = """id: RIVALS
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
change:
  rename_column: { from: name, to: title }
"""
RESULTS = []


def psql(database, *commands, check=True):
    args = ["psql", "-XAqt", "-v", "ON_ERROR_STOP=1", f"{SERVER}/{database}"]
    for command in commands:
        args += ["-c", command]
    return subprocess.run(args, capture_output=True, text=True, check=check).stdout.strip()


def zdm(*args):
    return subprocess.run([ZDM, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def fresh(rows=2000, owner="CURRENT_USER"):
    psql("postgres", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    psql(NAME, "CREATE TABLE users (id integer PRIMARY KEY, name text)",
         f"INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, {rows}) AS i",
         f"ALTER TABLE users OWNER TO {owner}")


def schema():
    return psql(NAME, "SELECT string_agg(attname || ':' || atttypid::regtype, ',' ORDER BY attnum) "
                "FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped")


def result(title, problems):
    RESULTS.append(not problems)
    print(f"{'not ok' if problems else 'ok'} {len(RESULTS)} - {title}", flush=True)
    for problem in problems:
        for line in str(problem).strip().split("\n"):
            print(f"# {line}", flush=True)


def said(run):
    return f"exit {run.returncode}: {run.stdout}{run.stderr}"


def two_runners():
    problems, refused = [], 0
    for _ in range(TIMES):
        fresh()
        args = [ZDM, "--fail-on", "never", "--url", URL, "--batch-size", "100", FILE]
        both = [subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 stdin=subprocess.DEVNULL) for _ in range(2)]
        ends = [(process.communicate(), process.returncode) for process in both]
        codes = sorted(code for _, code in ends)
        refused += codes == [0, 6]
        if codes not in ([0, 6], [0, 0]):
            problems.append(f"exit codes {codes}: {ends}")
        if any(code == 6 and "another runner is at work" not in err for (_, err), code in ends):
            problems.append(f"it does not say who holds the lock: {ends}")
        if psql(NAME, f"SELECT count(*) FROM {JOURNAL}") != "1":
            problems.append("not one run is recorded")
        if psql(NAME, "SELECT count(*) FROM users WHERE NOT coalesce(title = name, false)") != "0":
            problems.append("rows are out of step")
        if (end := zdm("contract", "--url", URL)).returncode != 0:
            problems.append(f"contract: {said(end)}")
    if refused == 0:
        problems.append("they have never met")
    result(f"two runners at once, {TIMES} times, met {refused} times: one runs", problems)


class Requests(threading.Thread):
    """One request after the other, each with a connection of its own."""

    def __init__(self):
        super().__init__()
        self.worst, self.failed, self.over = 0, 0, False

    def run(self):
        process = subprocess.Popen(["psql", "-XAqt", URL], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        number = 0
        while not self.over:
            number += 1
            begun = time.monotonic()
            process.stdin.write(f"UPDATE users SET name = '{number}' WHERE id = 7 RETURNING {number};\n")
            process.stdin.flush()
            if process.stdout.readline().strip() != str(number):
                self.failed += 1
            self.worst = max(self.worst, time.monotonic() - begun)
            time.sleep(0.005)
        process.communicate()


def held(lock):
    problems = []
    fresh()
    before = schema()
    holder = subprocess.Popen(["psql", "-XAqt", URL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    holder.stdin.write(f"BEGIN; LOCK TABLE users IN {lock} MODE; SELECT 'held';\n")
    holder.stdin.flush()
    holder.stdout.readline()
    requests = Requests()
    requests.start()
    begun = time.monotonic()
    run = zdm("--fail-on", "never", "--url", URL, "--lock-timeout", "4s", FILE)
    took = time.monotonic() - begun
    requests.over = True
    requests.join()
    if run.returncode != 6 or "state: " not in run.stderr:
        problems.append(f"the run: {said(run)}")
    if took > 20:
        problems.append(f"it gave up after {took:.0f} s")
    if schema() != before:
        problems.append(f"the table is {schema()}")
    if requests.failed:
        problems.append(f"{requests.failed} requests failed")
    if requests.worst > 2.5:  # the longest try is 2 s
        problems.append(f"a request waited for {requests.worst:.2f} s")
    holder.kill()
    holder.communicate()
    time.sleep(0.3)
    if f"next: zdm-run continue RIVALS --url {URL}" not in run.stderr:
        problems.append(f"it does not say what to do next: {said(run)}")
    if (run := zdm("continue", "--url", URL)).returncode != 0:
        problems.append(f"continue: {said(run)}")
    result(f"{lock} is never let go: exit 6, nothing changed, no request waits longer than one try", problems)


def least_privilege():
    """The grants that doc/engines/postgres.md lists are enough."""
    problems = []
    psql("postgres", f"DROP ROLE IF EXISTS {ROLE}", f"CREATE ROLE {ROLE} LOGIN")
    fresh(owner=ROLE)
    url = URL.replace("postgres@", f"{ROLE}@")
    run = zdm("--fail-on", "never", "--url", url, FILE)
    if run.returncode == 0 or "zdm" not in run.stderr or "rror" not in run.stderr:
        problems.append(f"without the right to make a schema: {said(run)}")
    psql(NAME, f"GRANT CREATE ON DATABASE {NAME} TO {ROLE}")
    for args in (["--fail-on", "never", "--url", url, FILE], ["status", "--url", url],
                 ["contract", "--url", url], ["verify", "--url", url],
                 ["abort", "--accept-loss", "--url", url, "RIVALS"]):
        if (run := zdm(*args)).returncode != 0:
            problems.append(f"{args[0]}: {said(run)}")
    if schema() != "id:integer,name:text":
        problems.append(f"the table is {schema()}")
    fresh(owner=ROLE)
    psql(NAME, f"CREATE SCHEMA zdm AUTHORIZATION {ROLE}")
    if (run := zdm("--fail-on", "never", "--url", url, FILE)).returncode != 0:
        problems.append(f"in a schema that was made for it: {said(run)}")
    psql("postgres", f"DROP DATABASE {NAME} WITH (FORCE)", f"DROP ROLE {ROLE}")
    result("a role that owns the table and may make a schema is enough", problems)


def on_this_server():
    held("ACCESS SHARE")
    held("ROW EXCLUSIVE")
    least_privilege()
    psql("postgres", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def main():
    with open(FILE, "w") as file:
        file.write(YAML)
    two_runners()
    on_this_server()
    print(f"1..{len(RESULTS)}")
    sys.exit(0 if all(RESULTS) else 1)


if __name__ == "__main__":
    main()
