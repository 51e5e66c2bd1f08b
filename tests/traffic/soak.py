#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that are killed again and again while applications go on.

usage: soak.py ZDM-RUN TRAFFIC SERVER-URL ROWS RATE SECONDS [KIND...]

Until SECONDS are over a kind of change is taken at random, and lives in a database of its own
with ROWS rows. Most calls of zdm-run are killed at a random moment (SIGKILL); what is left is
continued or aborted at random, which may be killed as well, until the change is complete or
undone. The old application asks RATE times a minute as long as its shape is promised, and so
does the new one; where both have the same shape, both ask all the time.
Then no request has failed, read wrongly or is lost; the schema is that of an undisturbed run,
or of the start; and what no application writes is as the change says, or as it was.
ZDM_SEED repeats the choices. Moments differ from call to call all the same.
"""
import collections
import difflib
import os
import random
import subprocess
import sys
import time

from applications import Applications, Broken
from database import database
from kinds import CHANGE_ROWS, KINDS, kinds_of

ZDM, TRAFFIC = sys.argv[1], sys.argv[2]
ROWS, RATE, SECONDS = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
DATABASE = database(sys.argv[3], f"soak_{os.getpid()}")
NAMES = sys.argv[7:] or kinds_of(DATABASE)
SEED = int(os.environ.get("ZDM_SEED", "1"))
CHOICE = random.Random(SEED)
KILLED = 0.8  # of the calls
AGAIN = 0.25  # of the complete ones are undone
COUNTS = collections.Counter()


class Undisturbed:
    """What a change does when nobody kills it: the schemas, and how long each call takes."""

    def __init__(self, name):
        self.id, self.file = name, f"{name}.yaml"
        with open(self.file, "w") as file:
            file.write(KINDS[name].yaml(name, DATABASE))
        self.run = ("--fail-on", "never", self.file)
        DATABASE.make(ROWS, KINDS[name].tables)
        self.schemas = {"rolled_back": DATABASE.schema()}
        self.seconds = {"run": self.took(*self.run)}
        if DATABASE.state() == "waiting":
            self.seconds["contract"] = self.took("contract", name)
        self.schemas["complete"] = DATABASE.schema()
        self.seconds["abort"] = self.took("abort", "--accept-loss", name)
        self.seconds["continue"] = max(self.seconds.values())

    def took(self, *args):
        begun = time.monotonic()
        result = subprocess.run([ZDM, "-q", "--url", DATABASE.url, *args], capture_output=True, text=True,
                                stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            raise Broken(f"undisturbed {args}: exit {result.returncode}: {result.stderr}")
        return time.monotonic() - begun


class Life:
    """Of one change, from its start to one of its ends."""

    def __init__(self, name, known, apps):
        self.name, self.kind, self.known, self.apps = name, KINDS[name], known, apps
        self.told = []
        self.on = set()
        self.was_complete = False

    def turn(self, *names):
        """Only these applications ask from now on; both, where they are the same."""
        names = set(names) if self.kind.has_two_shapes() else {"old", "new"}
        for name in sorted(self.on - names):
            self.apps.say(f"{name} off")
        for name in sorted(names - self.on):
            self.apps.say(f"{name} on")
        self.on = names

    def call(self, verb, *args):
        """May be killed."""
        words = self.known.run if verb == "run" else (verb, *args, self.known.id)
        command = [ZDM, "-q", "--url", DATABASE.url, *words]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                   stdin=subprocess.DEVNULL)
        COUNTS["calls"] += 1
        if CHOICE.random() < KILLED:
            time.sleep(CHOICE.random() * 1.2 * self.known.seconds[verb])
            COUNTS["kills"] += process.poll() is None
            process.kill()
        _, problem = process.communicate()
        DATABASE.settle()
        self.told.append(f"{verb}: {process.returncode}, then {DATABASE.state()}")
        if process.returncode == 6:
            time.sleep(0.5)  # the server is still at a statement of the one that was killed
        elif process.returncode not in (0, -9):
            raise Broken(f"exit {process.returncode}: {problem}")

    def go_on(self):
        self.call("continue")

    def go_back(self):
        self.turn()
        self.call("abort", "--accept-loss")

    def contract(self):
        self.turn("new")
        self.call("contract")

    def live(self):
        """Returns: the state at the end"""
        self.turn("old")
        while (state := DATABASE.state()) != "rolled_back":
            self.was_complete = self.was_complete or state == "complete"
            if not state:
                self.call("run")
            elif state == "waiting":
                self.turn("old", "new")
                time.sleep(0.2)
                CHOICE.choice((self.contract, self.go_back))()
            elif state != "complete":
                CHOICE.choice((self.go_on, self.go_back))()
            elif CHOICE.random() < AGAIN:
                self.go_back()
            else:
                break
        self.turn("old" if state == "rolled_back" else "new")
        time.sleep(0.2)
        return state

    def leaves_rows(self):
        """Whether its rows are as it has made them, however it ended"""
        return self.was_complete and self.name in CHANGE_ROWS


def check(life, state):
    kind, apps = life.kind, life.apps
    name, application = ("new", kind.new) if state == "complete" else ("old", kind.old)
    lost = apps.end(name, application)
    figures = apps.phases[-1]
    COUNTS.update({what: figures[what] for what in ("requests", "failed", "wrong", "conflicts")}, lost=lost)
    if figures["failed"] or figures["wrong"] or lost:
        raise Broken("{failed} failed, {wrong} wrong".format(**figures) + f", {lost} lost")
    difference = [line for line in difflib.ndiff(life.known.schemas[state], DATABASE.schema()) if line[0] in "+-"]
    if difference:
        raise Broken(f"{state}, and the schema differs:\n" + "\n".join(difference))
    if life.leaves_rows():
        application = kind.new
    kept = DATABASE.kept(application, ROWS)
    if kept != ROWS:
        raise Broken(f"{state}, and {ROWS - kept} rows are not as {application.keeps} says")


def soak(name, known):
    """One life. Returns: whether all is well"""
    kind = KINDS[name]
    DATABASE.make(ROWS, kind.tables)
    with Applications(f"{TRAFFIC}_{DATABASE.ENGINE}", DATABASE.urls(), ROWS, RATE, kind) as apps:
        life = Life(name, known, apps)
        try:
            apps.phase(name)
            state = life.live()
            check(life, state)
            COUNTS[state] += 1
            return True
        except (Broken, subprocess.CalledProcessError) as why:
            for line in f"{name}:\n{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n") + life.told:
                print(f"# {line}", flush=True)
            return False


def main():
    end = time.monotonic() + SECONDS
    known, lives = {}, collections.Counter()
    bad = 0
    while time.monotonic() < end:
        name = CHOICE.choice(NAMES)
        if name not in known:
            known[name] = Undisturbed(name)
        bad += not soak(name, known[name])
        lives[name] += 1
    DATABASE.drop()
    print(f"# {DATABASE.ENGINE}, ZDM_SEED={SEED}: " + ", ".join(f"{n} {name}" for name, n in sorted(lives.items())))
    print("# " + ", ".join(f"{n} {what}" for what, n in COUNTS.items()))
    print(f"{'not ok' if bad else 'ok'} 1 - {lives.total()} lives, {COUNTS['kills']} kills, {COUNTS['requests']} requests")
    print("1..1")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
