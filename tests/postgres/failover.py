#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL primary that is lost in the middle of a run, and a replica that takes over.

usage: failover.py ZDM-RUN SERVER-URL DIR TIMES

zdm-run is given both servers and target_session_attrs=read-write. Whatever the replica had
received, what the call says of it is true, and what it says to type next leads to the end: the
schema of an undisturbed run, and each row as the replica had it or as it was written since.
"""
import os
import random
import re
import subprocess
import sys
import threading
import time

from writer import Writer

ZDM, TIMES = sys.argv[1], int(sys.argv[4])
SCRIPT = os.path.join(os.path.dirname(__file__), "../servers/postgres.sh")
N_ROWS = 4000
# Of larger ones the second may reach the last row already, which is held.
SMALL_CHUNKS = ("--batch-size", "200")
FILE = "failover.yaml"
YAML = """id: FAILOVER
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
change:
  rename_column: { from: name, to: title }
"""
random.seed(int(os.environ.get("ZDM_SEED", "1")))


class Differs(Exception):
    pass


class Server:
    """One server of postgres.sh."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url

    def script(self, verb, *args):
        return subprocess.run([SCRIPT, verb, self.folder, *args], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.strip()

    def psql(self, *commands, check=True):
        args = ["psql", "-XAqt", "-v", "ON_ERROR_STOP=1", self.url]
        for command in commands:
            args += ["-c", command]
        return subprocess.run(args, capture_output=True, text=True, check=check).stdout.strip()

    def replica(self, number):
        server = Server(f"{sys.argv[3]}/replica{number}", None)
        server.url = server.script("replica", self.url, str(os.getpid()))
        return server

    def until(self, sql, wanted="t"):
        end = time.monotonic() + 30
        while self.psql(sql, check=False) != wanted:
            if time.monotonic() > end:
                raise Differs(f"waited in vain for: {sql}")
            time.sleep(0.02)

    def schema(self):
        text = subprocess.run(["pg_dump", "-s", "-N", "zdm", self.url], capture_output=True, text=True, check=True)
        return re.sub(r"\\(un)?restrict .*", "", text.stdout)


class Pair:
    """A primary and its replica."""

    def __init__(self, primary, number):
        self.primary, self.replica = primary, primary.replica(number)
        hosts = [re.search(r"@([^/]*)/", server.url).group(1) for server in (self.primary, self.replica)]
        self.url = f"postgresql://postgres@{','.join(hosts)}/postgres?target_session_attrs=read-write"

    def reset(self):
        """The table as it is at the start, on both."""
        self.primary.psql("DROP TABLE IF EXISTS users CASCADE", "DROP SCHEMA IF EXISTS zdm CASCADE",
                          "CREATE TABLE users (id integer PRIMARY KEY, name text)",
                          f"INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, {N_ROWS}) AS i")
        self.caught_up()

    def caught_up(self):
        place = self.primary.psql("SELECT pg_current_wal_flush_lsn()")
        self.replica.until(f"SELECT pg_last_wal_replay_lsn() >= '{place}'")

    def sever(self):
        """What is committed from now on does not reach the replica."""
        self.caught_up()
        self.replica.psql("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
        self.primary.until("SELECT count(*) = 0 FROM pg_stat_replication")

    def fail_over(self):
        self.primary.script("crash")
        self.replica.script("promote")

    def zdm(self, *args):
        return subprocess.run([ZDM, *args, "--url", self.url], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)

    def fine(self, *args):
        result = self.zdm(*args)
        if result.returncode != 0:
            raise Differs(f"{' '.join(args)}: exit {result.returncode}: {result.stderr}")

    def hold(self, row):
        """Nobody else can write that row."""
        holder = subprocess.Popen(["psql", "-XAqt", self.primary.url], stdin=subprocess.PIPE, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        holder.stdin.write(f"BEGIN; UPDATE users SET name = name WHERE id = {row} RETURNING 1;\n")
        holder.stdin.flush()
        holder.stdout.readline()
        return holder

    def filled(self, more_than):
        """Waits for a fill to have come that far. Returns: how many rows it has written"""
        sql = "SELECT max(n_rows){} FROM zdm.zdm_step WHERE state = 'pending' AND position IS NOT NULL"
        self.primary.until(sql.format(f" > {more_than}"))
        return self.primary.psql(sql.format(""))

    def halfway(self, between=None):
        """The primary is lost while a fill has begun and cannot go on. Returns: the call"""
        holders = [self.hold(N_ROWS // 2), self.hold(N_ROWS)]
        results = []
        call = ("continue", *SMALL_CHUNKS, "FAILOVER")
        thread = threading.Thread(target=lambda: results.append(self.zdm(*call)))
        thread.start()
        try:
            self.filled(0)
            if between:
                between()
                n_rows = self.filled(0)
                let_go(holders[0])
                self.filled(n_rows)
            self.fail_over()
        except Differs as why:
            raise Differs(f"{why}; the call: {' '.join(map(str, results)) or 'goes on'}") from why
        finally:
            for holder in holders:
                let_go(holder)
            thread.join()
        return results[0]


RUN = ("--fail-on", "never", *SMALL_CHUNKS, FILE)


def let_go(holder):
    holder.kill()
    holder.communicate()


def expect_said(result, code, *texts):
    if result.returncode != code or any(text not in result.stderr for text in texts):
        raise Differs(f"exit {result.returncode}: {result.stderr}")


def expect(pair, wanted, column, wrong):
    rows = pair.replica.psql(f"SELECT id, {column} FROM users ORDER BY id").split()
    if pair.replica.schema() != wanted:
        raise Differs(f"the schema is another one: {pair.replica.schema()}")
    if len(rows) != N_ROWS or wrong(rows):
        raise Differs(f"{len(rows)} rows; no write explains {wrong(rows)[:5]}")


def untouched(rows):
    return [row for row in rows if row != row.split("|")[0] + "|n" + row.split("|")[0]]


def received(pair, known):
    """The replica acknowledges each commit: no acknowledged write is lost."""
    pair.primary.psql("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    pair.primary.until("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    writer = Writer(pair.url, "name", N_ROWS)
    writer.start()
    killer = threading.Timer(random.random() * known.seconds, pair.fail_over)
    killer.start()
    result = pair.zdm(*RUN)
    killer.join()
    pair.replica.psql("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
    if result.returncode not in (0, 4, 7):
        raise Differs(f"exit {result.returncode}: {result.stderr}")
    pair.fine(*(("continue",) if result.returncode == 4 else RUN))
    writer.stop()
    pair.fine("contract")
    expect(pair, known.end, "title", writer.wrong)
    return f"exit {result.returncode}, {writer.n_acknowledged} writes acknowledged"


def behind(pair, known):
    """The replica knows the run, and not how far it has come: its tables are as old."""
    pair.fine("--until", "expanding", *RUN)
    pair.sever()
    result = pair.halfway()
    expect_said(result, 4, "has received nothing of what this call did", "next: zdm-run continue FAILOVER")
    pair.fine("continue")
    pair.fine("contract")
    expect(pair, known.end, "title", untouched)
    return "exit 4"


def short(pair, known):
    """The replica has received a part of what the call did: it says that something is missing."""
    pair.fine("--until", "expanding", *RUN)
    result = pair.halfway(between=pair.sever)
    expect_said(result, 4, "does not have the last 1 of what was committed", "next: zdm-run continue FAILOVER")
    pair.fine("continue")
    pair.fine("contract")
    expect(pair, known.end, "title", untouched)
    return "exit 4"


def ignorant(pair, known):
    """The replica does not know of the run: this is said, and nothing is done."""
    pair.sever()
    pair.fine("--until", "expanding", *RUN)
    result = pair.halfway()
    expect_said(result, 5, "does not know this run", "next: zdm-run status")
    expect(pair, known.start, "name", untouched)
    pair.fine(*RUN)
    pair.fine("contract")
    expect(pair, known.end, "title", untouched)
    return "exit 5"


WAYS = (received, behind, short, ignorant)


class Undisturbed:
    def __init__(self, pair):
        pair.reset()
        self.start = pair.primary.schema()
        begun = time.monotonic()
        pair.fine(*RUN)
        self.seconds = time.monotonic() - begun
        pair.fine("contract")
        self.end = pair.primary.schema()


def main():
    with open(FILE, "w") as file:
        file.write(YAML)
    primary, known, bad = Server(sys.argv[3], sys.argv[2]), None, 0
    for number in range(1, len(WAYS) * TIMES + 1):
        way = WAYS[number % len(WAYS) - 1]
        pair = Pair(primary, number)
        try:
            known = known or Undisturbed(pair)
            pair.reset()
            print(f"ok {number} - {way.__name__}: {way(pair, known)}", flush=True)
        except (Differs, subprocess.CalledProcessError) as why:
            bad += 1
            print(f"not ok {number} - {way.__name__}")
            for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                print(f"# {line}", flush=True)
        # The new primary is the next one to be lost.
        primary.script("stop")
        primary = pair.replica
    primary.script("stop")
    print(f"1..{len(WAYS) * TIMES}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
