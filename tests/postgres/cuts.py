#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs whose connection to a server is lost: what goes on ends where an undisturbed run does.

usage: cuts.py ZDM-RUN SERVER-URL STRIDE FILE...

For each file a run and its contract, and then an abort, are cut at every STRIDE-th request, in
the ways of proxy.py in turn, and so that the answer to a COMMIT is lost. Afterwards the server
can be reached, or nobody, or one that does not know of the run. The call says how things are:
7: nothing has changed; 4: it is recorded, and this is what to type next; 5: it is another server;
0: it is done. Then `continue` leads to the end, `abort` to the start: schema and rows.
"""
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

from proxy import AFTER, BEFORE, DURING, ELSEWHERE, GONE, SAME, WITHIN, Postgres, Proxy

ZDM, SERVER = sys.argv[1], sys.argv[2].rsplit("/", 1)[0]
STRIDE, FILES = int(sys.argv[3]), sys.argv[4:]
ME = f"cuts_{os.getpid()}"
# OTHER has a name as long as WORK's.
START, END, WORK, OTHER = f"{ME}_start", f"{ME}_end", f"{ME}_work", f"{ME}_else"
JOURNAL = "zdm.zdm_migration"
PROXY = Proxy(urlsplit(SERVER).hostname, urlsplit(SERVER).port, Postgres)
PLACES = (BEFORE, AFTER, DURING, WITHIN)


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


def drop(name):
    psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def forget_journal(name):
    psql(name, "DROP SCHEMA IF EXISTS zdm CASCADE")


def dump(name):
    text = subprocess.run(["pg_dump", "--inserts", "-N", "zdm", f"{SERVER}/{name}"],
                          capture_output=True, text=True, check=True).stdout
    lines = re.sub(r"\\(un)?restrict .*", "", text).split("\n")
    rows = sorted(line for line in lines if line.startswith("INSERT"))
    return [line for line in lines if not line.startswith("INSERT")], rows


def states(name):
    """What is recorded: one word a run; none without a journal."""
    try:
        return psql(name, f"SELECT state FROM {JOURNAL} ORDER BY number").split()
    except subprocess.CalledProcessError:
        return []


def direct(name):
    return f"{SERVER}/{name}"


def proxied(name):
    parts = urlsplit(SERVER)
    return f"{parts.scheme}://{parts.username}@127.0.0.1:{PROXY.port}/{name}"


def run_args(url, path):
    return ["--fail-on", "never", "--url", url, path]


def said(result):
    return f"exit {result.returncode}: {result.stderr[:900]}"


def fine(result):
    if result.returncode != 0:
        raise Differs(said(result))


def expect(what, wanted):
    if dump(WORK) != wanted:
        raise Differs(f"{what}: schema or rows differ")


class Fails(Exception):
    """A file that does not run by itself cannot be gone on with."""


class Cut:
    """One way to lose a connection, at the n-th of some requests."""

    def __init__(self, n, where, then=SAME, only=None):
        self.n, self.where, self.then, self.only = n, where, then, only

    def arm(self):
        PROXY.arm(self.n, self.where, self.then, self.only, (WORK, OTHER))

    def __str__(self):
        return f"{'COMMIT' if self.only else 'request'} {self.n}, cut {self.where}, then {self.then}"

    def judge(self, result, before):
        """A call that was cut: its code, its words and the database say the same."""
        code, text, now = result.returncode, result.stderr, states(WORK)
        if code == 0:
            return
        if code not in (4, 5, 7) or "state: " not in text:
            raise Differs(said(result))
        if code == 7 and (dump(WORK), now) != before:
            raise Differs(f"the database is not as it was: {said(result)}")
        if code in (4, 5) and ("connection" not in text or "next: zdm-run " not in text):
            raise Differs(f"the message lacks something: {said(result)}")
        if code == 5 and (self.then != ELSEWHERE or "does not know this run" not in text):
            raise Differs(f"nobody else has answered: {said(result)}")
        if code == 4 and self.then == ELSEWHERE:
            raise Differs(f"who answers does not know of it: {said(result)}")
        if code == 4 and not now and "cannot be asked" not in text:
            raise Differs(f"nothing is recorded: {said(result)}")


class File:
    """One file with the databases at its start and its end."""

    def __init__(self, path):
        self.path = path
        create(START)
        zdm("--seed-data", "--fail-at", "1", *run_args(direct(START), path))
        forget_journal(START)
        self.start = dump(START)
        create(OTHER, START)
        create(END, START)
        if zdm(*run_args(direct(END), path)).returncode != 0:
            raise Fails
        self.waits = states(END) == ["waiting"]
        self.id = psql(END, f"SELECT id FROM {JOURNAL}").strip()
        if self.waits and zdm("contract", self.id, "--url", direct(END)).returncode != 0:
            raise Fails
        self.end = dump(END)

    def go_on(self):
        """To the end, over a connection that holds."""
        now = states(WORK)
        if not now:
            fine(zdm(*run_args(direct(WORK), self.path)))
        elif now[-1] != "waiting":
            fine(zdm("continue", self.id, "--url", direct(WORK)))
        if self.waits:
            fine(zdm("contract", self.id, "--url", direct(WORK)))
        expect("continued", self.end)

    def go_back(self):
        if states(WORK):
            fine(zdm("abort", self.id, "--url", direct(WORK)))
        expect("aborted", self.start)

    def try_forward(self, cut):
        """Returns: FALSE when it never came to that request"""
        create(WORK, START)
        before, is_run = (self.start, []), True
        cut.arm()
        result = zdm(*run_args(proxied(WORK), self.path))
        if result.returncode == 0 and self.waits and not PROXY.was_cut:
            before, is_run = (dump(WORK), states(WORK)), False
            result = zdm("contract", self.id, "--url", proxied(WORK))
        if not PROXY.was_cut:
            fine(result)
            return False
        cut.judge(result, before)
        # What is complete may have dropped what cannot come back.
        if self.waits and is_run and cut.n // STRIDE % 2 == 0:
            self.go_back()
        else:
            self.go_on()
        return True

    def try_back(self, cut):
        """An abort is cut, and asked for again."""
        create(WORK, START)
        fine(zdm(*run_args(direct(WORK), self.path)))
        before = (dump(WORK), states(WORK))
        cut.arm()
        result = zdm("abort", self.id, "--url", proxied(WORK))
        if not PROXY.was_cut:
            return False
        cut.judge(result, before)
        self.go_back()
        return True


# To be told that nobody can be reached takes five seconds.
def requests(stride):
    """Every stride-th request."""
    n = 1
    while True:
        turn = n // stride
        then = GONE if turn % 11 == 10 else ELSEWHERE if turn % 5 == 4 else SAME
        yield Cut(n, PLACES[turn % len(PLACES)], then)
        n += stride


def commits(stride):
    """Every stride-th COMMIT, and the first ones, of the lock and of the start; their answers are lost."""
    n = 1
    while True:
        yield Cut(n, AFTER, GONE if n % 16 == 7 else SAME, PROXY.protocol.COMMIT)
        n += stride if n > 3 else 1


def all_of(what, attempt, cuts):
    """Returns: how many there were"""
    for n_cuts, cut in enumerate(cuts):
        try:
            if not attempt(cut):
                return n_cuts
        except (Differs, subprocess.CalledProcessError) as why:
            raise Differs(f"{what}, {cut}: {why}\n{getattr(why, 'stderr', '') or ''}") from why


def cuts_of(path):
    file = File(path)
    n_cuts = all_of("run and contract", file.try_forward, requests(STRIDE))
    n_cuts += all_of("run and contract", file.try_forward, commits(3 if STRIDE > 40 else 1))
    if file.waits:
        n_cuts += all_of("abort", file.try_back, requests(3 * STRIDE))
    return n_cuts


def main():
    bad = 0
    for number, path in enumerate(FILES, 1):
        name = os.path.basename(path)
        try:
            print(f"ok {number} - {name}: {cuts_of(path)} cuts", flush=True)
        except Fails:
            print(f"ok {number} - {name} # SKIP it fails by itself", flush=True)
        except (Differs, subprocess.CalledProcessError) as why:
            bad += 1
            print(f"not ok {number} - {name}")
            for line in str(why).strip().split("\n"):
                print(f"# {line}", flush=True)
    for name in (START, END, WORK, OTHER):
        drop(name)
    print(f"1..{len(FILES)}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
