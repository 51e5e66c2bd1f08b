#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs on PostgreSQL that are killed: what goes on ends where an uninterrupted run does.

usage: kill.py ZDM-RUN SERVER-URL random|chain|STRIDE FILE...

`random`: a run killed at a random moment and continued, its contract killed and continued,
a run killed and aborted, a contract killed and aborted, an abort killed and aborted again.

STRIDE: the same at every STRIDE-th action of the call, the first one of them by chance: before
it, at every second one also while the server is at it, and after the last one.

`chain`: the same at random actions, and what goes on is killed too, again and again.

Schema and rows are those of the uninterrupted run, or of the start; where a contract had
already dropped what cannot come back, those of a complete one that is aborted.
"""
import os
import queue
import random
import re
import subprocess
import sys
import time
from urllib.parse import urlsplit

import blocking
from proxy import AFTER, BEFORE, DURING, Postgres, Proxy

ZDM, SERVER = sys.argv[1], sys.argv[2].rsplit("/", 1)[0]
HOW, FILES = sys.argv[3], sys.argv[4:]
ME = f"kill_{os.getpid()}"
ENGINE = "postgres"
JOURNAL = "zdm.zdm_migration"
START, END, MIDDLE, WORK = (f"{ME}_{what}" for what in ("start", "end", "middle", "work"))
PROXY = Proxy(urlsplit(SERVER).hostname, urlsplit(SERVER).port, Postgres)
PATIENCE_S = 120
# A chain's calls are killed at one of so many actions; the first ones are the lock's.
REACH = 7
random.seed(int(os.environ.get("ZDM_SEED", "1")))


class Differs(Exception):
    pass


class Unsupported(Exception):
    pass


def zdm(*args):
    return subprocess.run([ZDM, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=PATIENCE_S)


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
    """The schema, and the rows in an order of their own."""
    text = subprocess.run(["pg_dump", "--inserts", "-N", "zdm", f"{SERVER}/{name}"],
                          capture_output=True, text=True, check=True).stdout
    lines = re.sub(r"\\(un)?restrict .*", "", text).split("\n")
    rows = sorted(line for line in lines if line.startswith("INSERT"))
    return [line for line in lines if not line.startswith("INSERT")], rows


def lines(state):
    schema, rows = state
    return (schema.split("\n") if isinstance(schema, str) else schema) + rows


def difference(was, now):
    was, now = lines(was), lines(now)
    return (f"  gone {[line for line in was if line not in now][:12]}\n"
            f"  more {[line for line in now if line not in was][:12]}")


def state(name):
    """Of the last run; "" without a journal."""
    try:
        return psql(name, f"SELECT state FROM {JOURNAL} ORDER BY number DESC LIMIT 1").strip()
    except subprocess.CalledProcessError:
        return ""


def direct(name):
    return f"{SERVER}/{name}"


def proxied(name):
    parts = urlsplit(SERVER)
    return f"{parts.scheme}://{parts.username}@127.0.0.1:{PROXY.port}/{name}"


def start_zdm(*args):
    return subprocess.Popen([ZDM, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            stdin=subprocess.DEVNULL)


# How a call is killed; each says whether it was, before its end ------------------------


class Moment:
    """A random one."""

    def __init__(self, seconds):
        self.seconds = random.random() * seconds

    def kill(self, call):
        process = start_zdm(*call(direct(WORK)))
        time.sleep(self.seconds)
        was_killed = process.poll() is None
        process.kill()
        process.wait()
        return was_killed

    def __str__(self):
        return f"killed after {self.seconds:.3f} s"


class Action:
    """The n-th one."""

    def __init__(self, n, where):
        self.n, self.where = n, where

    def kill(self, call):
        victim = queue.SimpleQueue()
        PROXY.arm(self.n, self.where, only=PROXY.protocol.ACTION, at_cut=lambda: victim.get().kill())
        process = start_zdm(*call(proxied(WORK)))
        victim.put(process)
        process.wait(PATIENCE_S)
        self.heard = PROXY.heard[self.n - 1:self.n]
        return PROXY.was_cut

    def __str__(self):
        return f"killed {self.where} action {self.n}: {self.heard}"


# One file ---------------------------------------------------------------------------------


class File:
    """With the databases at its start, where it waits, and at its end."""

    def __init__(self, path):
        self.path = path
        if blocking.ASKED_FOR in zdm("plan", "--engine", ENGINE, path).stderr:
            self.path = blocking.allow(path)
        create(START)
        seed = zdm("--seed-data", "--fail-at", "1", *self.run(direct(START)))
        forget_journal(START)
        self.start = dump(START)
        create(END, START)
        result = zdm(*self.run(direct(END)))
        if result.returncode == 1 or "the plan has 0 steps" in seed.stderr:
            raise Unsupported((result.stderr or seed.stderr)[:240].replace("\n", " "))
        if result.returncode not in (0, 3) or seed.returncode < 0:
            raise Differs(f"exit {seed.returncode}, {result.returncode}: {seed.stderr}{result.stderr}")
        self.codes, self.middle = {0, result.returncode}, dump(END)
        self.waits = state(END) == "waiting"
        self.id = psql(END, f"SELECT id FROM {JOURNAL}").strip()
        create(MIDDLE, END)
        self.end = self.undone = self.middle
        if self.waits:
            self.contract_end()

    def contract_end(self):
        result = zdm(*self.contract(direct(END)))
        if result.returncode == 3:
            self.codes.add(3)
        self.expect("contract", result)
        self.end = dump(END)
        self.expect("abort", zdm(*self.abort_with_loss(direct(END))))
        self.undone = dump(END)

    def run(self, url):
        return ["--fail-on", "never", "--url", url, self.path]

    def contract(self, url):
        return ["contract", "--url", url, self.id]

    def abort(self, url):
        return ["abort", "--url", url, self.id]

    def abort_with_loss(self, url):
        return ["abort", "--accept-loss", "--url", url, self.id]

    def again(self, call):
        """What is typed after that one has been killed."""
        goes_on = (call == self.run and state(WORK)
                   or call == self.contract and state(WORK) != "waiting")
        return (lambda url: ["continue", "--url", url]) if goes_on else call

    def expect(self, what, result, *wanted, unless=None):
        if result.returncode not in self.codes and (unless is None or unless not in result.stderr):
            raise Differs(f"{what}: exit {result.returncode}: {result.stderr[:900]}")
        now = dump(WORK) if wanted else None
        if wanted and now not in wanted:
            raise Differs(f"{what}: schema or rows differ\n{difference(wanted[0], now)}")

    def go_on(self):
        result = zdm("continue", "--url", direct(WORK))
        if "no migration is unfinished" in result.stderr:
            result = zdm(*self.run(direct(WORK)))
        self.expect("continue", result, self.middle)

    def go_back(self):
        self.expect("abort", zdm(*self.abort(direct(WORK))), self.start, unless="is recorded in")

    def finish(self):
        result = zdm(*self.contract(direct(WORK)))
        if state(WORK) not in ("complete", "rolled_back"):
            result = zdm("continue", "--url", direct(WORK))
        self.expect("contract, continue", result, self.end, unless="there is nothing to contract")

    def take_back(self):
        self.expect("abort", zdm(*self.abort_with_loss(direct(WORK))), self.start, self.undone)

    def ways(self):
        """What is killed, where it begins, and what is done at last."""
        yield self.run, START, self.go_on
        if self.waits:
            yield self.contract, MIDDLE, self.finish
        # What is complete may have dropped what cannot come back.
        if self.waits or 3 in self.codes:
            yield self.run, START, self.go_back
        if self.waits:
            yield self.contract, MIDDLE, self.take_back
            yield self.abort, MIDDLE, self.go_back


def random_moments(file, call, base):
    create(WORK, base)
    begun = time.monotonic()
    file.expect("undisturbed", zdm(*call(direct(WORK))))
    yield [Moment(time.monotonic() - begun)]


def actions(file, call, base):
    create(WORK, base)
    PROXY.arm(0, BEFORE, only=PROXY.protocol.ACTION)
    file.expect("undisturbed", zdm(*call(proxied(WORK))))
    n_actions, stride = len(PROXY.heard), int(HOW)
    places = range(random.randint(1, max(1, min(stride, n_actions))), n_actions + 1, stride)
    for turn, n in enumerate(places):
        yield [Action(n, BEFORE)]
        if turn % 2 == 0:
            yield [Action(n, DURING)]
    if n_actions:
        yield [Action(n_actions, AFTER)]


def chains(*_):
    """So many are more than any file needs to get to its end; the first one is early, so that it is met."""
    reaches = [4] + 59 * [REACH]
    yield [Action(random.randint(1, reach), random.choice((BEFORE, DURING, AFTER))) for reach in reaches]


def live(file, call, moments, then):
    """One life. Returns: how often it was killed"""
    killed = []
    try:
        for moment in moments:
            if not moment.kill(file.again(call) if killed else call):
                break
            killed.append(moment)
        then()
    except (Differs, subprocess.SubprocessError) as why:
        raise Differs("\n".join([call.__name__, *map(str, killed), str(why), getattr(why, "stderr", "") or ""])) from why
    return len(killed)


def one(path):
    """Returns: how often it was killed"""
    file, n_kills = File(path), 0
    lives = {"random": random_moments, "chain": chains}.get(HOW, actions)
    for call, base, then in file.ways():
        for moments in lives(file, call, base):
            create(WORK, base)
            n_kills += live(file, call, moments, then)
    return n_kills


def main():
    n_bad = n_kills = 0
    for number, path in enumerate(FILES, 1):
        name = path.split("/tests/cases/")[-1].split("/migrations/")[-1]
        try:
            n = one(path)
            n_kills += n
            print(f"ok {number} - {name}: {n} kills", flush=True)
        except Unsupported as why:
            print(f"ok {number} - {name} # SKIP it does not run: {why}", flush=True)
        except (Differs, subprocess.SubprocessError) as why:
            n_bad += 1
            print(f"not ok {number} - {name}")
            for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                print(f"# {line}", flush=True)
    for name in (START, END, MIDDLE, WORK):
        drop(name)
    print(f"# {n_kills} kills")
    print(f"1..{len(FILES)}")
    sys.exit(1 if n_bad else 0)


if __name__ == "__main__":
    main()
