#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Migrations on a Galera cluster, while applications write on all three nodes.

usage: galera.py ZDM-RUN NODE-URL,NODE-URL,NODE-URL TIMES
"""
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

from nodes import (COLUMNS, NODES, RENAME, ROWS, ZDM, Writer, both, check, create, definition,
                   end, end_writers, lost, sql, start_slowly, start_writers, write_file, zdm)

TIMES = int(sys.argv[3])

ADD = COLUMNS + """change:
  add_column:
    column: {{ name: lower_name, type: VARCHAR, length: 80 }}
    from: name
    transform: lower
"""
NOT_NULL = ", nullable: false"
BLOCKING = "  allow_blocking: true\n"

# Tests ----------------------------------------------------------------------------------


def test_rename():
    """The whole life of a rename, under writers of the old and the new application."""
    create("life")
    file = write_file("life.yaml", RENAME.format(id="life", null=""))
    old = start_writers("life", "name", 0)
    done = zdm(0, "life", file)
    check("rename: runs", done.returncode == 0, both(done))
    new = start_writers("life", "display_name", 3)
    time.sleep(0.5)
    end_writers("rename: old application", old)
    check("rename: both columns are in step",
          sql(1, "SELECT COUNT(*) FROM users WHERE NOT BINARY name <=> BINARY display_name",
              "life").strip() == "0")
    done = zdm(1, "life", "contract", "life")
    check("rename: contract runs on another node", done.returncode == 0, both(done))
    time.sleep(0.3)
    end_writers("rename: new application", new)
    for node in range(3):
        check(f"rename: nothing is lost, node {node + 1}",
              not (why := lost(node, "life", "display_name", old + new)), why)
    check("rename: nothing is left", "name` varchar(80)" in definition("life")
          and "`name`" not in definition("life") and "zdm_" not in definition("life"),
          definition("life"))


def test_not_null():
    """A column that has to be given goes, with leave to block."""
    create("bound", " NOT NULL")
    text = RENAME.format(id="bound", null=NOT_NULL)
    done = zdm(0, "bound", write_file("bound.yaml", text))
    check("not null: refused", done.returncode == 1 and "allow_blocking" in done.stderr,
          both(done))
    before = definition("bound")
    done = zdm(0, "bound", write_file("bound.yaml", text + BLOCKING))
    check("not null: runs", done.returncode == 0, both(done))
    check("not null: abort", zdm(1, "bound", "abort", "bound").returncode == 0)
    check("not null: as before", definition("bound") == before, definition("bound"))
    done = zdm(0, "bound", "bound.yaml")
    check("not null: runs again", done.returncode == 0, both(done))
    writers = start_writers("bound", "display_name", 3)
    done = zdm(2, "bound", "contract", "bound")
    check("not null: contract", done.returncode == 0, both(done))
    end_writers("not null", writers)
    check("not null: nothing is lost", not (why := lost(1, "bound", "display_name", writers)),
          why)


def test_add():
    create("more")
    file = write_file("more.yaml", ADD.format(id="more", null=""))
    writers = start_writers("more", "name", 0)
    for words in ([file], ["contract", "more"]):
        done = zdm(2, "more", *words)
        check(f"add column: {words[0]}", done.returncode == 0, both(done))
        if words[0] == file:
            at_rest = [dict(writer.rows) for writer in writers]
    end_writers("add column", writers)
    check("add column: nothing is lost", not (why := lost(1, "more", "name", writers)), why)
    filled = dict(line.split("\t") for line in
                  sql(1, "SELECT id, lower_name FROM users", "more").splitlines())
    check("add column: each row has it", len(at_rest[0]) > 0
          and all(filled[str(row)] != "NULL" for rows in at_rest for row in rows)
          and all(filled[str(row)] == f"name {row}" for row in range(10, ROWS, 10)))


# What each is refused for, and a file.
REFUSED = {
    "rows of another table": ("trigger", COLUMNS.format(id="r", null="").replace(
        "table:", "tables:").replace("  name: users", "- name: users") + """- name: others
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: word, type: TEXT }
change:
  table: users
  add_column:
    column: { name: word, type: TEXT }
    from: { table: others, match: { id: id }, column: word, missing: null }
"""),
    "another type": ("LOCK TABLES", COLUMNS.format(id="r", null="")
                     + "change:\n  alter_column: { column: email, type: INTEGER, backward: { cast: TEXT } }\n"),
    "an index": ("ADD INDEX", COLUMNS.format(id="r", null="")
                 + "change:\n  create_index: { name: by_name, columns: [name] }\n"),
    "own SQL": ("COMMENT", COLUMNS.format(id="r", null="")
                + "change:\n  sql: { phase: migrating, forward: { mariadb: ALTER TABLE users COMMENT "
                "'a' }, rollback: { mariadb: SELECT 1 } }\n"),
}


def test_refused():
    create("no", rows=10)
    sql(0, "CREATE TABLE others (id INT PRIMARY KEY, word LONGTEXT) CHARSET utf8mb4", "no")
    before = definition("no")
    for what, (reason, text) in REFUSED.items():
        done = zdm(0, "no", write_file("no.yaml", text))
        check(f"refused: {what}", done.returncode == 1 and "Galera" in done.stderr
              and reason in done.stderr, both(done))
        done = zdm(0, "no", "plan", "no.yaml")
        check(f"refused by plan: {what}", done.returncode == 1 and "Galera" in done.stderr,
              both(done))
    check("refused: nothing is touched", definition("no") == before)


def test_rivals(times):
    """Two runners on two nodes: one works, and the other one does nothing."""
    codes = []
    for turn in range(times):
        create("rival", rows=6000)
        file = write_file("rival.yaml", RENAME.format(id="rival", null=""))
        runs = [subprocess.Popen([ZDM, "-q", "--batch-size", "100", file, "--url",
                                  f"{NODES[node]}/rival"], stderr=subprocess.PIPE, text=True)
                for node in ((turn + n) % 3 for n in range(2))]
        said = [run.communicate(timeout=120)[1] for run in runs]
        codes.append(sorted(run.returncode for run in runs))
        if codes[-1] != [0, 6] or "another runner" not in "".join(said):
            print(f"# {said}")
    check(f"two runners on two nodes, {times} times", all(code == [0, 6] for code in codes),
          codes)


def test_fenced():
    """A runner that was not heard of for too long comes back when one on another machine and
    another node has taken over: it writes nothing any more."""
    create("late", rows=20000)
    first = start_slowly(0, "late", write_file("late.yaml", RENAME.format(id="late", null="")))
    first.send_signal(signal.SIGSTOP)
    sql(1, "UPDATE zdm_meta SET content = 'elsewhere' WHERE name = 'lock_host'; "
        "UPDATE zdm_meta SET content = content - 100 WHERE name = 'lock_heartbeat'", "late")
    second = subprocess.Popen([ZDM, "-q", "--batch-size", "50", "continue", "late", "--url",
                               f"{NODES[1]}/late"], stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    first.send_signal(signal.SIGCONT)
    said = first.communicate(timeout=120)[1]
    check("taken over: the first one stops", first.returncode == 4
          and "has taken over" in said, f"{first.returncode} {said}")
    said = second.communicate(timeout=120)[1]
    check("taken over: the second one finishes", second.returncode == 0, said)
    check("taken over: each row has it",
          sql(2, "SELECT COUNT(*) FROM users WHERE display_name IS NULL", "late").strip() == "0")


class Gate(threading.Thread):
    """A way to the first node, on which the first statement with @text has to wait."""

    def __init__(self, text):
        super().__init__(daemon=True)
        self.text, self.reached, self.opened = text, threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        parts = urllib.parse.urlsplit(NODES[0])
        self.node = (parts.hostname, parts.port)
        self.url = f"mariadb://{parts.username}@127.0.0.1:{self.listener.getsockname()[1]}"
        self.start()

    def carry(self, source, target):
        while data := source.recv(1 << 20):
            if self.text in data:
                self.reached.set()
                self.opened.wait()
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    def run(self):
        while True:
            ends = (self.listener.accept()[0], socket.create_connection(self.node))
            for source, target in (ends, ends[::-1]):
                threading.Thread(target=self.carry, args=(source, target), daemon=True).start()


def test_held_up():
    """A statement is on its way while another runner, elsewhere, takes over and goes back to the
    start: it does nothing when it arrives."""
    create("held")
    file, before = write_file("held.yaml", RENAME.format(id="held", null="")), definition("held")
    for text in (b"ADD COLUMN", b"CREATE OR REPLACE TRIGGER"):
        gate = Gate(text)
        first = subprocess.Popen([ZDM, "-q", file, "--url", f"{gate.url}/held"], stderr=subprocess.PIPE,
                                 text=True)
        check(f"held up: {text.decode()}", gate.reached.wait(60))
        sql(1, "UPDATE zdm_meta SET content = 'elsewhere' WHERE name = 'lock_host'; "
            "UPDATE zdm_meta SET content = content - 100 WHERE name = 'lock_heartbeat'", "held")
        done = zdm(1, "held", "abort", "held")
        check("held up: the other one goes back", done.returncode == 0, both(done))
        gate.opened.set()
        said = first.communicate(timeout=120)[1]
        check("held up: the first one stops", first.returncode == 4 and "has taken over" in said,
              f"{first.returncode} {said}")
        check("held up: and has done nothing", definition("held") == before, definition("held"))


ROWS_CHANGED = COLUMNS + """    - {{ name: gone, type: INTEGER }}
change:
  - update_rows: {{ where: {{ email: x }}, set: {{ email: {{ constant: moved }} }} }}
  - delete_rows: {{ where: {{ name: Name 10 }} }}
  - insert_rows: {{ rows: [ {{ id: 900009, name: given, email: y }} ] }}
  - drop_column: {{ column: gone }}
"""


def test_rows():
    """Rows that a migration changes, deletes and inserts, and gives back on another node, while
    applications write the same rows."""
    create("moved")
    sql(0, "ALTER TABLE users ADD gone INT", "moved")
    file, before = write_file("moved.yaml", ROWS_CHANGED.format(id="moved", null="")), definition("moved")
    count = "SELECT SUM(email = 'moved'), SUM(email = 'x'), SUM(id IN (10, 900009)), MAX(id = 10) FROM users"
    for last, there in (("abort", f"0\t{ROWS}\t1\t1"), ("contract", f"{ROWS - 1}\t0\t1\t0")):
        writers = start_writers("moved", "name", 0)
        done = zdm(0, "moved", file)
        check("rows: runs", done.returncode == 0, both(done))
        found = sql(2, count, "moved").strip()
        check("rows: changed, deleted, inserted", found == f"{ROWS - 1}\t0\t1\t0", found)
        done = zdm(1, "moved", last, "moved")
        check(f"rows: {last}", done.returncode == 0, both(done))
        end_writers(f"rows, {last}", writers)
        for node in range(3):
            found = sql(node, count, "moved").strip()
            check(f"rows: after {last}, node {node + 1}", found == there, found)
            check(f"rows: nothing is lost, node {node + 1}", not (why := lost(node, "moved", "name", writers)),
                  why)
        if last == "abort":
            check("rows: as before", definition("moved") == before, definition("moved"))
            sql(0, "DELETE FROM users WHERE id > 900009", "moved")


SPLIT = COLUMNS + """change:
  split_column:
    column: name
    into:
      - {{ column: {{ name: first, type: TEXT }}, transform: {{ split: " ", part: 1 }} }}
      - {{ column: {{ name: others, type: TEXT }}, transform: {{ split: " ", part: rest }} }}
    backward: {{ join: " " }}
"""
MERGE = COLUMNS + """change:
  merge_columns:
    columns: [name, email]
    into: {{ name: both, type: TEXT }}
    transform: {{ template: "{{name}}/{{email}}" }}
    backward:
      name: {{ split: "/", part: 1 }}
      email: {{ split: "/", part: rest }}
"""
# The file, what a new application writes, and what it and an old one wrote when it is over.
PARTS = {"split": (SPLIT, "first", "first", "CONCAT(first, ' ', others)"),
         "merge": (MERGE, "`both`", "`both`", "SUBSTRING_INDEX(`both`, '/', 1)")}


def test_parts(ends):
    """A column that becomes two, and two that become one: back from the new application, or to
    the end."""
    for what, (text, column, new_value, old_value) in PARTS.items():
        create(what)
        sql(0, "ALTER TABLE users MODIFY email TEXT DEFAULT 'none'", what)
        file, before = write_file(f"{what}.yaml", text.format(id=what, null="")), definition(what)
        for last in ends[what]:
            old = start_writers(what, "name", 0)
            done = zdm(1, what, file)
            check(f"{what}: runs", done.returncode == 0, both(done))
            for node in range(3):
                sql(node, "SELECT 1")
            new = start_writers(what, column, 3)
            time.sleep(0.3)
            end_writers(f"{what}, {last}: {'new' if last == 'abort' else 'old'} application",
                        new if last == "abort" else old)
            done = zdm(2, what, last, what)
            check(f"{what}: {last}", done.returncode == 0, both(done))
            end_writers(f"{what}, {last}: the other one", old if last == "abort" else new)
            for node in range(3):
                why = lost(node, what, "name" if last == "abort" else old_value, old)
                why += [] if last == "abort" else lost(node, what, new_value, new)
                check(f"{what}: nothing is lost after {last}, node {node + 1}", not why, why)
            if last == "abort":
                check(f"{what}: as before", definition(what) == before, definition(what))
                sql(0, f"DELETE FROM users WHERE id > {ROWS}", what)


def n_conflicts(node):
    """How often another node was faster, as this node knows."""
    found = sql(node, "SHOW STATUS WHERE Variable_name IN "
                "('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')")
    return sum(int(line.split("\t")[1]) for line in found.splitlines())


def test_conflicts():
    """Another node writes all the time what a chunk is about to write: chunks are repeated."""
    before = n_conflicts(0)
    for _ in range(10):
        run_in_heat()
        if n_conflicts(0) > before:
            break
    check("conflicts: there are some", n_conflicts(0) > before)


def run_in_heat():
    create("hot")
    file = write_file("hot.yaml", RENAME.format(id="hot", null=""))
    ending = threading.Event()
    writer = Writer(1, "hot", "name", 0)

    def heat():
        turn = 0
        while not ending.is_set():
            turn += 1
            writer.ask(f"UPDATE users SET email = 'turn {turn}' WHERE id % 40 = {turn % 40}")

    thread = threading.Thread(target=heat, daemon=True)
    thread.start()
    done = zdm(0, "hot", "--batch-size", "200", file)
    ending.set()
    thread.join()
    writer.end()
    check("conflicts: runs", done.returncode == 0, both(done))
    check("conflicts: each row has it",
          sql(1, "SELECT COUNT(*) FROM users WHERE display_name IS NULL", "hot").strip() == "0")


def main():
    test_refused()
    test_rivals(TIMES)
    test_rename()
    test_not_null()
    test_add()
    test_conflicts()
    test_fenced()
    test_held_up()
    test_rows()
    test_parts({what: ("abort", "contract") for what in PARTS} if TIMES > 2
               else {"split": ["abort"], "merge": ["contract"]})
    end()


if __name__ == "__main__":
    main()
