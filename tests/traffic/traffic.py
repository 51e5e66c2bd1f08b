#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applications that notice nothing: every kind of change under traffic, on PostgreSQL.

usage: traffic.py ZDM-RUN TRAFFIC SERVER-URL ROWS RATE SECONDS [KIND...]

Each kind gets a database of its own with ROWS rows. The old application asks RATE times a
minute for SECONDS in a quiet phase; goes on while the migration runs; then the new one
joins it; then the old one leaves, and the rest of the contract runs under the new one. An
abort is tried the same way. Nothing may fail, read wrongly or be lost. The kind "naive" is
a plain ALTER TABLE … RENAME COLUMN, for comparison: it may.
With ZDM_TRAFFIC_POOLER, a URL, the applications come through that, zdm-run does not.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

ZDM, TRAFFIC, SERVER = sys.argv[1], sys.argv[2], sys.argv[3].rsplit("/", 1)[0]
POOLER = os.environ.get("ZDM_TRAFFIC_POOLER", sys.argv[3]).rsplit("/", 1)[0]
ROWS, RATE, SECONDS = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
NAME = f"traffic_{os.getpid()}"
COLUMNS = """table:
  name: users
  columns:
    - { name: id, type: BIGINT, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
    - { name: points, type: INTEGER }
"""


def statements(column, insert=""):
    return {
        "insert": f"INSERT INTO users (id, {column}{insert and ', ' + insert}) VALUES ($1, $2{insert and ', 1'})",
        "update": f"UPDATE users SET {column} = $2 WHERE id = $1",
        "read": f"SELECT {column} FROM users WHERE id = $1",
    }


# What each application says, what has to be there while both are, and after the contract.
KINDS = {
    "rename_column": ("rename_column: { from: name, to: display_name }",
                      statements("name"), statements("display_name"), "display_name"),
    "alter_column-type": ("alter_column: { column: points, type: BIGINT }",
                          statements("points"), statements("points"), "points"),
    "alter_column-kind": ("alter_column: { column: points, type: TEXT }",
                          statements("points"), statements("points"), "points"),
    "add_column": ("add_column:\n    column: { name: score, type: BIGINT }\n    from: points\n"
                   "    transform: { cast: BIGINT }\n    backward: { cast: INTEGER }\n    replaces: points",
                   statements("points"), statements("score"), "score"),
    "not_null": ("alter_column: { column: points, nullable: false }",
                 statements("points"), statements("points"), "points"),
    "index": ("create_index: { name: by_points, columns: [points] }",
              statements("points"), statements("points"), "points"),
    "unique": ("add_constraint: { name: one_each, unique: [id, points] }",
               statements("points"), statements("points"), "points"),
    "check": ("add_constraint: { name: positive, check: { column: points, min: 0 } }",
              statements("points"), statements("points"), "points"),
    "drop_column": ("drop_column: { column: name }",
                    statements("points", "name"), statements("points"), "points"),
}


class Broken(Exception):
    pass


def psql(database, *commands):
    args = ["psql", "-XAqt", "-v", "ON_ERROR_STOP=1", f"{SERVER}/{database}"]
    for command in commands:
        args += ["-c", command]
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


def database():
    psql("postgres", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    psql(NAME, "CREATE TABLE users (id bigint PRIMARY KEY, name text, points integer)",
         f"INSERT INTO users SELECT i, i, i FROM generate_series(1, {ROWS}) AS i",
         "VACUUM ANALYZE users")
    return f"{SERVER}/{NAME}"


class Applications:
    """The running generator."""

    def __init__(self, old, new, checks):
        self.profile = tempfile.NamedTemporaryFile("w", suffix=".profile")
        for app, words in (("old", old), ("new", new)):
            for request, sql in words.items():
                self.profile.write(f"{app}.{request} = {sql}\n")
        for column in checks:
            self.profile.write(f"check = SELECT id, {column} FROM users\n")
        self.profile.flush()
        self.phases = []
        self.process = subprocess.Popen([TRAFFIC, f"{POOLER}/{NAME}", self.profile.name, str(ROWS), str(RATE)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Broken("the generator has ended")
        return json.loads(answer)

    def phase(self, name):
        figures = self.say(f"phase {name}")
        if figures["phase"] != "start":
            self.phases.append(figures)

    def end(self):
        self.phase("end")
        self.say("old off")
        self.say("new off")
        return self.say("check")["lost"]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.communicate()
        self.profile.close()


def zdm(*args):
    result = subprocess.run([ZDM, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        raise Broken(f"zdm-run {args[0]}: exit {result.returncode}: {result.stderr}")


def migration(kind):
    path = f"{kind}.yaml"
    with open(path, "w") as file:
        file.write(f"id: {kind}\n{COLUMNS}change:\n  {KINDS[kind][0]}\n")
    return path


def live(kind, apps, url, path):
    """Up to the contract."""
    apps.say("old on")
    time.sleep(0.3)
    apps.phase("quiet")
    time.sleep(SECONDS)
    apps.phase("expand and migrate")
    zdm("--fail-on", "never", "-q", "--url", url, path)
    apps.say("new on")
    apps.phase("both")
    time.sleep(SECONDS)



def contract(kind):
    path, url = migration(kind), database()
    with Applications(KINDS[kind][1], KINDS[kind][2], [KINDS[kind][3]]) as apps:
        live(kind, apps, url, path)
        if waits():
            if KINDS[kind][1] != KINDS[kind][2]:
                apps.say("old off")
            apps.phase("contract")
            zdm("contract", "-q", "--url", url)
            apps.phase("after")
            time.sleep(SECONDS)
        return apps.end(), apps.phases


def abort(kind):
    path, url = migration(kind), database()
    old = [column for column in ("name", "points") if f" {column} = " in KINDS[kind][1]["update"]]
    with Applications(KINDS[kind][1], KINDS[kind][2], old) as apps:
        live(kind, apps, url, path)
        if not waits():
            return None, []
        if KINDS[kind][1] != KINDS[kind][2]:
            apps.say("new off")
        apps.phase("abort")
        zdm("abort", "-q", "--url", url)
        apps.phase("after")
        time.sleep(SECONDS)
        return apps.end(), apps.phases


def waits():
    return psql(NAME, "SELECT state FROM zdm.zdm_migration").strip() == "waiting"


def naive():
    database()
    old, new = KINDS["rename_column"][1], KINDS["rename_column"][2]
    with Applications(old, new, ["display_name"]) as apps:
        apps.say("old on")
        time.sleep(0.3)
        apps.phase("quiet")
        time.sleep(SECONDS)
        apps.phase("ALTER TABLE … RENAME, both")
        psql(NAME, "ALTER TABLE users RENAME COLUMN name TO display_name")
        apps.say("new on")
        time.sleep(SECONDS)
        apps.say("old off")
        apps.phase("after")
        time.sleep(SECONDS)
        return apps.end(), apps.phases


def report(lost, phases):
    for figures in phases:
        print("#  {phase:<34} {seconds:7.1f} s {requests:8} requests {failed:6} failed {wrong:4} wrong"
              " {replanned:4} replanned  p50 {p50_ms:6.2f}  p99 {p99_ms:7.2f}  worst {worst_ms:8.2f} ms".format(**figures))
    print(f"#  lost: {lost}", flush=True)


def main():
    kinds = sys.argv[7:] or [*KINDS, "naive"]
    number = bad = 0
    for kind in kinds:
        for end in (naive,) if kind == "naive" else (contract, abort):
            number += 1
            title = f"{kind}: {end.__name__}"
            try:
                lost, phases = end() if kind == "naive" else end(kind)
                if lost is None:
                    print(f"ok {number} - {title}: nothing waits for it")
                    continue
                report(lost, phases)
                good = kind == "naive" or (lost == 0 and all(p["failed"] == 0 == p["wrong"] for p in phases))
                total = sum(p["requests"] for p in phases)
                print(f"{'ok' if good and total > 0 else 'not ok'} {number} - {title}: {total} requests", flush=True)
                bad += not good
            except (Broken, subprocess.CalledProcessError) as why:
                bad += 1
                print(f"not ok {number} - {title}")
                for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                    print(f"# {line}", flush=True)
    psql("postgres", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    print(f"1..{number}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
