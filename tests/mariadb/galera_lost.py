#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nodes of a Galera cluster that are lost while a migration runs and applications write.

usage: galera_lost.py ZDM-RUN NODE-URL,NODE-URL,NODE-URL GALERA.SH FOLDER TIMES

TIMES lives of a rename of a column.  Of each, one call of zdm-run (the run, its contract, an
abort) is struck at a random moment: its node, or another one, is killed, or cut off from the
others.  What has stopped goes on on another node, the lost one comes back (with what it had,
or with nothing), and applications write on all nodes that are there, all the time.  At the end
every row that was acknowledged is on all three nodes, those of the lost node too, and the
schema is that of an undisturbed life.  ZDM_SEED makes other choices.
"""
import collections
import os
import random
import re
import subprocess
import sys
import time

from nodes import (NODES, RENAME, ZDM, both, check, create, definition, end, lost, sql, start_writers,
                   write_file, zdm)

SERVERS, FOLDER, TIMES = sys.argv[3], sys.argv[4], int(sys.argv[5])
CHOICE = random.Random(int(os.environ.get("ZDM_SEED", "1")))
COUNTS = collections.Counter()
NAME = "lives"
ALL = range(len(NODES))
RUN = (f"{NAME}.yaml",)
END = {"run": "complete", "contract": "complete", "abort": "rolled_back"}
# What has begun before nodes lose their majority keeps its rows locked until they have it again.
NO_MAJORITY = r"\(error (1047|1205),|Not connected to Primary Component"
COLUMN = {"old": "name", "new": "display_name"}


def wait_for_cluster(node, size):
    """Until that node sees so many, itself among them."""
    for _ in range(600):
        try:
            text = sql(node, "SHOW STATUS WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_ready', "
                       "'wsrep_local_state_comment')", wait=False)
        except RuntimeError:
            text = ""
        words = dict(line.split("\t") for line in text.splitlines())
        if words == {"wsrep_cluster_size": str(size), "wsrep_ready": "ON",
                     "wsrep_local_state_comment": "Synced"}:
            return
        time.sleep(0.1)
    raise RuntimeError(f"node {node + 1} does not find {size} nodes: {words}")


class Kill:
    """kill -9, and back by what it lacks (IST) or by everything (SST)."""

    def __init__(self, node):
        self.node, self.how = node, CHOICE.choice(["IST", "SST"])

    def strike(self):
        subprocess.run([SERVERS, "kill", FOLDER, str(self.node + 1)], check=True)

    def mend(self):
        anew = ["anew"] if self.how == "SST" else []
        subprocess.run([SERVERS, "rejoin", FOLDER, str(self.node + 1), *anew], check=True)

    def __str__(self):
        return f"node {self.node + 1} killed, back by {self.how}"


class Isolate:
    """It hears nothing of the others, nor they of it: who asks it gets error 1047."""

    def __init__(self, node):
        self.node = node

    def turn(self, on):
        sql(self.node, f"SET GLOBAL wsrep_provider_options = 'gmcast.isolate={on}'", wait=False)

    def strike(self):
        self.turn(1)

    def mend(self):
        self.turn(0)

    def __str__(self):
        return f"node {self.node + 1} cut off"


class Undisturbed:
    """The schemas, and how long each call takes."""

    def __init__(self):
        self.seconds, self.schemas = {}, {}
        for verb in ("contract", "abort"):
            create(NAME)
            self.seconds["run"] = self.took(*RUN)
            self.seconds[verb] = self.took(verb, NAME)
            self.schemas[END[verb]] = definition(NAME)

    def took(self, *words):
        begun = time.monotonic()
        done = zdm(0, NAME, *words)
        if done.returncode != 0:
            raise RuntimeError(both(done))
        return time.monotonic() - begun


class Life:
    """Of one migration."""

    def __init__(self, turn, known):
        self.known = known
        self.phase = CHOICE.choice(["run", "contract", "abort"])
        self.blow = CHOICE.choice([Kill, Isolate])(CHOICE.choice(ALL))
        others = [node for node in ALL if node != self.blow.node]
        self.node = self.blow.node if CHOICE.random() < 0.7 else CHOICE.choice(others)
        self.other = CHOICE.choice(others)
        self.writers = []
        self.what = f"life {turn}, {self.phase} on node {self.node + 1}, {self.blow}"

    def write(self, version, on_nodes=ALL):
        self.writers += start_writers(NAME, COLUMN[version], 3 * (version == "new"), on_nodes)

    def end_version(self, version):
        for writer in self.writers:
            if writer.column == COLUMN[version]:
                writer.end()

    def state(self):
        try:
            return sql(self.other, "SELECT state FROM zdm_migration ORDER BY number DESC LIMIT 1", NAME).strip()
        except RuntimeError:
            return ""

    def strike(self, *words):
        """The call is under way when its node, or another one, is lost."""
        process = subprocess.Popen([ZDM, "-q", *words, "--url", f"{NODES[self.node]}/{NAME}"],
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(CHOICE.random() * self.known.seconds[self.phase])
        COUNTS["struck in the middle"] += process.poll() is None
        self.blow.strike()
        said = process.communicate(timeout=180)[1]
        code = process.returncode
        COUNTS[f"exit {code}"] += 1
        is_own = self.node == self.blow.node
        check(f"{self.what}: exit {code}", code == 0 or code in (4, 6, 7) and (is_own or re.search(NO_MAJORITY, said)),
              said)

    def go_on_to(self, state, node, *words):
        """From where it was; again, where all nodes were without a majority for a moment."""
        for _ in range(20):
            now = self.state()
            if now == state:
                return
            done = zdm(node, NAME, *(("continue", NAME) if now == "running" else words))
            if done.returncode != 0 and not re.search(NO_MAJORITY, done.stderr):
                break
            if done.returncode != 0:
                COUNTS["no majority"] += 1
                time.sleep(0.5)
        check(f"{self.what}: goes on to {state}", False, f"{now}: {both(done)}")

    def stand_still(self):
        """It waits for its contract, and both applications write, where they may."""
        if self.phase == "run":
            self.strike(*RUN)
            self.go_on_to("waiting", self.other, *RUN)
        else:
            self.go_on_to("waiting", self.node, *RUN)
        settled = ALL if self.phase != "run" else [node for node in ALL if node != self.blow.node]
        for node in settled:
            sql(node, "SELECT 1")
        self.write("new", settled)

    def live(self):
        self.write("old")
        self.stand_still()
        verb = "abort" if self.phase == "abort" else "contract"
        self.end_version("new" if verb == "abort" else "old")
        if self.phase != "run":
            self.strike(verb, NAME)
        self.go_on_to(END[verb], self.other, verb, NAME)
        self.blow.mend()
        for node in ALL:
            wait_for_cluster(node, len(ALL))
        for writer in self.writers:
            writer.end()

    def look(self):
        alive = [writer for writer in self.writers if writer.node != self.blow.node]
        failures = [failure for writer in alive for failure in writer.failures]
        check(f"{self.what}: no write fails elsewhere", not failures, "\n".join(failures))
        column = COLUMN["old" if self.phase == "abort" else "new"]
        for node in ALL:
            why = lost(node, NAME, column, self.writers)
            check(f"{self.what}: nothing is lost, node {node + 1}", not why, why)
            COUNTS["lost"] += len(why)
        for node in ALL:
            schema = definition(NAME, node)
            check(f"{self.what}: the schema, node {node + 1}",
                  schema == self.known.schemas[END[self.phase]], schema)
        COUNTS[type(self.blow).__name__] += 1
        COUNTS["acknowledged"] += sum(writer.n_done for writer in self.writers)
        COUNTS["waits for a majority"] += sum(writer.n_waits for writer in self.writers)
        COUNTS["conflicts"] += sum(writer.n_conflicts for writer in self.writers)


def main():
    write_file(RUN[0], RENAME.format(id=NAME, null=""))
    known = Undisturbed()
    for turn in range(1, TIMES + 1):
        create(NAME)
        life = Life(turn, known)
        life.live()
        life.look()
    print("# " + ", ".join(f"{n} {what}" for what, n in sorted(COUNTS.items())))
    end()


if __name__ == "__main__":
    main()
