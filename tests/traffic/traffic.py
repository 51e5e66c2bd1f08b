#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applications that notice nothing: every kind of change under traffic.

usage: traffic.py ZDM-RUN TRAFFIC SERVER-URL ROWS RATE SECONDS [KIND...]

TRAFFIC is the generator's name without its engine. Each kind gets a database of its own with
ROWS rows. The old application asks RATE times a minute for SECONDS in a quiet phase; goes on
while the migration runs; then the new one joins it, and both look for all that was written;
then the old one leaves, and the rest of the contract runs under the new one. An abort is tried
the same way. Nothing may fail, read wrongly or be lost, and what no application writes is as
the change says. The kind "naive" is a plain ALTER TABLE … RENAME COLUMN, for comparison: it
may.
With ZDM_TRAFFIC_POOLER, a URL, the applications come through that, zdm-run does not.
"""
import os
import subprocess
import sys
import time

from applications import Applications, Broken
from database import database
from kinds import KINDS, kinds_of

ZDM, TRAFFIC = sys.argv[1], sys.argv[2]
ROWS, RATE, SECONDS = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
DATABASE = database(sys.argv[3], f"traffic_{os.getpid()}")
AT_ONCE = set()  # the kinds that wait for no contract
POOLER = os.environ.get("ZDM_TRAFFIC_POOLER")


def zdm(*args):
    result = subprocess.run([ZDM, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        raise Broken(f"zdm-run {args[0]}: exit {result.returncode}: {result.stderr}")


def applications(kind):
    urls = f"{POOLER.rsplit('/', 1)[0]}/{DATABASE.name}" if POOLER else DATABASE.urls()
    return Applications(f"{TRAFFIC}_{DATABASE.ENGINE}", urls, ROWS, RATE, kind)


def quiet(apps):
    apps.say("old on")
    time.sleep(0.3)
    apps.phase("quiet")
    time.sleep(SECONDS)


class Life:
    """Of one change in a database of its own."""

    def __init__(self, name):
        self.name, self.kind = name, KINDS[name]
        self.url = DATABASE.make(ROWS, self.kind.tables)
        self.apps = applications(self.kind)
        self.lost = 0

    def run(self):
        """Up to the contract. Returns: whether there is one"""
        path = f"{self.name}.yaml"
        with open(path, "w") as file:
            file.write(self.kind.yaml(self.name, DATABASE))
        quiet(self.apps)
        self.apps.phase("expand and migrate")
        zdm("--fail-on", "never", "-q", "--url", self.url, path)
        DATABASE.settle()
        self.apps.say("new on")
        self.apps.phase("both")
        time.sleep(SECONDS)
        return DATABASE.state() == "waiting"

    def look(self):
        """Both find everything."""
        self.apps.off()
        self.lost += self.apps.lost("old", self.kind.old) + self.apps.lost("new", self.kind.new)

    def go(self, verb, name):
        """Only the application called @name is left, unless both have the same shape."""
        for each in {name} if self.kind.has_two_shapes() else ("old", "new"):
            self.apps.say(f"{each} on")
        self.apps.phase(verb)
        zdm(verb, "-q", "--url", self.url)
        self.apps.phase("after")
        time.sleep(SECONDS)

    def end(self, name, application):
        """Returns: how many writes are lost, and the figures"""
        self.lost += self.apps.end(name, application)
        kept = DATABASE.kept(application, ROWS)
        if kept != ROWS:
            raise Broken(f"{ROWS - kept} rows are not as {application.keeps} says")
        return self.lost, self.apps.phases


def contract(name):
    life = Life(name)
    with life.apps:
        waits = life.run()
        life.look()
        if waits:
            life.go("contract", "new")
        else:
            AT_ONCE.add(name)
        return life.end("new", life.kind.new)


def abort(name):
    if name in AT_ONCE:
        return None, []
    life = Life(name)
    with life.apps:
        life.run()
        life.look()
        life.go("abort", "old")
        return life.end("old", life.kind.old)


def naive():
    kind = KINDS["rename_column"]
    DATABASE.make(ROWS, kind.tables)
    with applications(kind) as apps:
        quiet(apps)
        apps.phase("ALTER TABLE … RENAME, both")
        DATABASE.ask("ALTER TABLE users RENAME COLUMN name TO display_name")
        apps.say("new on")
        time.sleep(SECONDS)
        apps.say("old off")
        apps.phase("after")
        time.sleep(SECONDS)
        return apps.end("new", kind.new), apps.phases


def report(lost, phases):
    for figures in phases:
        print("#  {phase:<34} {seconds:7.1f} s {requests:8} requests {failed:6} failed {wrong:4} wrong"
              " {replanned:4} replanned {conflicts:4} conflicts  p50 {p50_ms:6.2f}  p99 {p99_ms:7.2f}"
              "  worst {worst_ms:8.2f} ms".format(**figures))
    print(f"#  lost: {lost}", flush=True)


def main():
    kinds = sys.argv[7:] or [*kinds_of(DATABASE), "naive"]
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
                total = sum(p["requests"] for p in phases)
                failed = sum(p["failed"] + p["wrong"] for p in phases)
                good = total > 0 and (failed > 0 if kind == "naive" else lost == failed == 0)
                print(f"{'ok' if good else 'not ok'} {number} - {title}: {total} requests", flush=True)
                bad += not good
            except (Broken, subprocess.CalledProcessError) as why:
                bad += 1
                print(f"not ok {number} - {title}")
                for line in f"{why}\n{getattr(why, 'stderr', '') or ''}".strip().split("\n"):
                    print(f"# {line}", flush=True)
    DATABASE.drop()
    print(f"1..{number}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
