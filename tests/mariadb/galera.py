#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Migrations on a Galera cluster, while applications write on all three nodes.

usage: galera.py ZDM-RUN GALERA.SH FOLDER TIMES URL URL URL
"""
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

ZDM, SERVERS, FOLDER = sys.argv[1:4]
TIMES = int(sys.argv[4])
NODES = [url.rsplit("/", 1)[0] for url in sys.argv[5:8]]
ROWS = 6000
CONFLICT = "1213"

COLUMNS = """id: {id}
table:
  name: users
  columns:
    - {{ name: id, type: INTEGER, nullable: false, primary_key: true }}
    - {{ name: name, type: VARCHAR, length: 80{null} }}
    - {{ name: email, type: TEXT }}
"""
RENAME = COLUMNS + "change:\n  rename_column: {{ from: name, to: display_name }}\n"
ADD = COLUMNS + """change:
  add_column:
    column: {{ name: lower_name, type: VARCHAR, length: 80 }}
    from: name
    transform: lower
"""
NOT_NULL = ", nullable: false"
BLOCKING = "  allow_blocking: true\n"

results = []


def check(what, fine, why=""):
    results.append(bool(fine))
    print(f"{'ok' if fine else 'not ok'} {len(results)} - {what}")
    if not fine:
        print("".join(f"# {line}\n" for line in str(why).splitlines()), end="")
    sys.stdout.flush()
    return fine


# Servers --------------------------------------------------------------------------------


def login(node):
    parts = urllib.parse.urlsplit(NODES[node])
    return ["mariadb", "--no-defaults", "-h", parts.hostname, "-P", str(parts.port),
            "-u", parts.username, "-N", "-B"]


def sql(node, text, name=""):
    """What the node answers, when it has all that was written elsewhere."""
    done = subprocess.run([*login(node), *([name] if name else [])], text=True,
                          input="SET SESSION wsrep_sync_wait = 15;\n" + text,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def create(name, null="", rows=ROWS):
    sql(0, f"""DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; USE {name};
      CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(80){null}, email TEXT)
        ENGINE = InnoDB DEFAULT CHARSET utf8mb4;
      INSERT INTO users SELECT seq, CONCAT('Name ', seq), 'x' FROM seq_1_to_{rows};""")


def definition(name):
    text = sql(0, "SHOW CREATE TABLE users; SHOW TRIGGERS;", name)
    return re.sub(r"COLLATE=\w+", "", text)


def zdm(node, name, *words):
    return subprocess.run([ZDM, *words, "--url", f"{NODES[node]}/{name}"], text=True,
                          capture_output=True, check=False, timeout=120)


def write_file(name, text):
    with open(name, "w", encoding="utf-8") as out:
        out.write(text)
    return name


def both(done):
    return f"exit {done.returncode}\n{done.stdout}{done.stderr}"


# Applications ---------------------------------------------------------------------------


class Writer(threading.Thread):
    """One application on one node: it adds rows and changes its own ones, one statement at a
    time, and remembers what was acknowledged.  A conflict with another node (1213) is counted
    and the statement repeated, as every application on Galera does."""

    def __init__(self, node, name, column, slot):
        super().__init__(daemon=True)
        self.column, self.slot, self.node = column, slot, node
        self.rows, self.failures, self.n_done, self.n_conflicts = {}, [], 0, 0
        self.ending = threading.Event()
        self.client = subprocess.Popen(
            [*login(node), "--unbuffered", "--force", name], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ask(self, text):
        """The server's complaints."""
        self.client.stdin.write(f"{text};\nSELECT 'answered';\n")
        self.client.stdin.flush()
        lines = []
        for line in self.client.stdout:
            if line.strip() == "answered":
                return "".join(lines)
            if line.strip():
                lines.append(line)
        return "the client is gone: " + "".join(lines)

    def write(self, row, value, text):
        for _ in range(20):
            answer = self.ask(text)
            if f"ERROR {CONFLICT}" not in answer:
                break
            self.n_conflicts += 1
        if answer:
            self.failures.append(f"{text}: {answer}")
        else:
            self.rows[row] = value
            self.n_done += 1

    def run(self):
        turn = 0
        while not self.ending.is_set() and len(self.failures) < 3:
            turn += 1
            value = f"W{self.slot} {turn}"
            if turn % 2:
                row = 1000000 + turn * 10 + self.slot
                self.write(row, value, f"INSERT INTO users (id, {self.column}) "
                           f"VALUES ({row}, '{value}')")
            else:
                row = (turn * 97 % (ROWS // 10)) * 10 + self.slot + 1
                self.write(row, value, f"UPDATE users SET {self.column} = '{value}' "
                           f"WHERE id = {row}")
            time.sleep(0.001)

    def end(self):
        self.ending.set()
        if self.ident:
            self.join()
        self.client.stdin.close()
        self.client.wait()


def start_writers(name, column, first_slot, nodes=(0, 1, 2)):
    writers = [Writer(node, name, column, first_slot + node) for node in nodes]
    for writer in writers:
        writer.start()
    time.sleep(0.2)
    return writers


def end_writers(what, writers):
    for writer in writers:
        writer.end()
    print(f"# {what}: written {[writer.n_done for writer in writers]}, conflicts "
          f"{[writer.n_conflicts for writer in writers]}")
    check(f"{what}: no write fails", not any(writer.failures for writer in writers),
          "\n".join(failure for writer in writers for failure in writer.failures))
    check(f"{what}: all write", all(writer.n_done > 20 for writer in writers))


def lost(node, name, column, writers, convert=str):
    """Acknowledged values that are not there; a later writer's counts before an earlier's."""
    wanted = {}
    for writer in writers:
        wanted.update(writer.rows)
    found = dict(line.split("\t") for line in
                 sql(node, f"SELECT id, {column} FROM users", name).splitlines())
    return [f"{row}: {found.get(str(row))}, not {value}" for row, value in wanted.items()
            if found.get(str(row)) != convert(value)][:5]


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


def start_slowly(node, name, file):
    """A run that has filled some rows, and has more to do."""
    run = subprocess.Popen([ZDM, "-q", "--batch-size", "50", file, "--url",
                            f"{NODES[node]}/{name}"], stderr=subprocess.PIPE, text=True)
    while run.poll() is None and not is_filling(name):
        time.sleep(0.05)
    return run


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


def is_filling(name):
    """Whether a run has committed rows, and has not come to its end."""
    found = sql(0, "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = "
                f"'zdm_step' AND TABLE_SCHEMA = '{name}'").strip()
    return found == "1" and sql(
        0, "SELECT COUNT(*) FROM zdm_step WHERE n_rows > 300 AND state = 'pending'",
        name).strip() == "1"


def n_conflicts(node):
    """How often another node was faster, as this node knows."""
    found = sql(node, "SHOW STATUS WHERE Variable_name IN "
                "('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')")
    return sum(int(line.split("\t")[1]) for line in found.splitlines())


def test_conflicts():
    """Another node writes all the time what a chunk is about to write: chunks are repeated."""
    create("hot")
    file = write_file("hot.yaml", RENAME.format(id="hot", null=""))
    before = n_conflicts(0)
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
    check("conflicts: there are some", n_conflicts(0) > before)
    check("conflicts: each row has it",
          sql(1, "SELECT COUNT(*) FROM users WHERE display_name IS NULL", "hot").strip() == "0")


def test_killed_node():
    """The node that a run writes to dies; another one finishes it.  The last test: the node
    does not come back."""
    create("dies", rows=30000)
    file = write_file("dies.yaml", RENAME.format(id="dies", null=""))
    writers = start_writers("dies", "name", 0, nodes=(0, 1))
    run = start_slowly(2, "dies", file)
    subprocess.run([SERVERS, "kill", FOLDER, "3"], check=True)
    said = run.communicate(timeout=120)[1]
    check("killed node: exit 4", run.returncode == 4, f"{run.returncode} {said}")
    done = zdm(0, "dies", "continue", "dies")
    check("killed node: continue on another one", done.returncode == 0, both(done))
    end_writers("killed node", writers)
    done = zdm(1, "dies", "contract", "dies")
    check("killed node: contract", done.returncode == 0, both(done))
    check("killed node: nothing is lost",
          not (why := lost(0, "dies", "display_name", writers)), why)
    check("killed node: each row has it",
          sql(1, "SELECT COUNT(*) FROM users WHERE display_name IS NULL", "dies").strip()
          == "0")


def main():
    os.environ["LC_ALL"] = "C"
    test_refused()
    test_rivals(TIMES or 2)
    test_rename()
    test_not_null()
    test_add()
    test_conflicts()
    test_fenced()
    test_killed_node()
    print(f"1..{len(results)}")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
