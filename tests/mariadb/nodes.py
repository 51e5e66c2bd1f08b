# SPDX-License-Identifier: Apache-2.0
"""Three nodes of a Galera cluster, and applications that write on all of them.

The first words of the command line are zdm-run, and the URLs of the nodes with commas
between them.
"""
import os
import re
import subprocess
import sys
import threading
import time

from cluster import NODES
import server

ZDM = sys.argv[1]
ROWS = 6000
CONFLICT = "1213"
TWICE = "ERROR 1062"
# The node, or all of them for a moment, are without a majority: nothing is written.
NO_MAJORITY = ("ERROR 1047", "Not connected to Primary Component")
GONE = "ERROR (1053|1927|2002|2006|2013|2055)"

COLUMNS = """id: {id}
table:
  name: users
  columns:
    - {{ name: id, type: INTEGER, nullable: false, primary_key: true }}
    - {{ name: name, type: VARCHAR, length: 80{null} }}
    - {{ name: email, type: TEXT }}
"""
RENAME = COLUMNS + "change:\n  rename_column: {{ from: name, to: display_name }}\n"
os.environ["LC_ALL"] = "C"
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
    return ["mariadb", *server.login(NODES[node]), "-N", "-B"]


def sql(node, text, name="", wait=True):
    """What the node answers, when it has all that was written elsewhere; or at once."""
    done = subprocess.run([*login(node), *([name] if name else [])], text=True,
                          input=f"SET SESSION wsrep_sync_wait = {15 if wait else 0};\n{text}",
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def create(name, null="", rows=ROWS):
    """The table, in a database that all nodes have when this returns."""
    sql(0, f"""DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; USE {name};
      CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(80){null}, email TEXT)
        ENGINE = InnoDB DEFAULT CHARSET utf8mb4;
      INSERT INTO users SELECT seq, CONCAT('Name ', seq), 'x' FROM seq_1_to_{rows};""")
    for node in range(1, len(NODES)):
        sql(node, f"SELECT id FROM {name}.users LIMIT 1;")


def definition(name, node=0):
    text = sql(node, "SHOW CREATE TABLE users; SHOW TRIGGERS;", name)
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


def lacks_majority(answer):
    return any(words in answer for words in NO_MAJORITY) and not re.search(GONE, answer)


class Writer(threading.Thread):
    """One application on one node: it adds rows and changes its own ones, one statement at a
    time, and remembers what was acknowledged.  A conflict with another node (1213) is counted
    and the statement repeated, as every application on Galera does; so is one that a node
    refuses that is cut off from the others (1047).  Nobody else adds its rows: one that is said
    to be there already (1062) is one that the node itself has repeated, and is looked for."""

    def __init__(self, node, name, column, slot):
        super().__init__(daemon=True)
        self.column, self.slot, self.node = column, slot, node
        self.rows, self.failures, self.n_lines = {}, [], 0
        self.n_done = self.n_conflicts = self.n_waits = self.n_twice = 0
        self.ending = threading.Event()
        self.client = subprocess.Popen(
            [*login(node), "--unbuffered", "--force", "--skip-reconnect", name], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ask(self, text):
        """The server's complaints."""
        self.n_lines += 2
        try:
            self.client.stdin.write(f"{text};\nSELECT 'answered';\n")
            self.client.stdin.flush()
        except BrokenPipeError:
            return "ERROR 2006: the client is gone"
        lines = []
        for line in self.client.stdout:
            if line.strip() == "answered":
                return "".join(lines)
            if line.strip():
                lines.append(line)
            if re.match(rf"ERROR .* at line {self.n_lines}:", line):
                break
        return "".join(lines) or "ERROR 2006: the client is gone"

    def ask_until_done(self, text):
        for _ in range(1000):
            answer = self.ask(text)
            if f"ERROR {CONFLICT}" in answer:
                self.n_conflicts += 1
            elif lacks_majority(answer) and not self.ending.is_set():
                self.n_waits += 1
                time.sleep(0.1)
            else:
                break
        return answer

    def write(self, row, value, text):
        answer = self.ask_until_done(text)
        if TWICE in answer:
            self.n_twice += 1
            answer = ""
        if answer:
            self.rows.pop(row, None)  # nobody knows
            if not lacks_majority(answer):
                self.failures.append(f"{text}: {answer}")
        else:
            self.rows[row] = value
            self.n_done += 1
        if re.search(GONE, answer):
            self.ending.set()

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
        try:
            self.client.stdin.close()
        except BrokenPipeError:
            pass
        self.client.wait()


def start_writers(name, column, first_slot, nodes=(0, 1, 2)):
    writers = [Writer(node, name, column, first_slot + node) for node in nodes]
    for writer in writers:
        writer.start()
    time.sleep(0.2)
    return writers


def end_writers(what, writers):
    """When each has written some more, however slow the machine is."""
    deadline = time.monotonic() + 30
    while any(writer.is_alive() and writer.n_done <= 20 for writer in writers) \
            and time.monotonic() < deadline:
        time.sleep(0.05)
    for writer in writers:
        writer.end()
    print(f"# {what}: written {[writer.n_done for writer in writers]}, conflicts "
          f"{[writer.n_conflicts for writer in writers]}, there already "
          f"{[writer.n_twice for writer in writers]}")
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


# Runs --------------------------------------------------------------------------------


def start_slowly(node, name, file):
    """A run that has filled some rows, and has more to do."""
    run = subprocess.Popen([ZDM, "-q", "--batch-size", "50", file, "--url",
                            f"{NODES[node]}/{name}"], stderr=subprocess.PIPE, text=True)
    while run.poll() is None and not is_filling(name):
        time.sleep(0.05)
    return run


def is_filling(name):
    """Whether a run has committed rows, and has not come to its end."""
    found = sql(0, "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = "
                f"'zdm_step' AND TABLE_SCHEMA = '{name}'").strip()
    return found == "1" and sql(
        0, "SELECT COUNT(*) FROM zdm_step WHERE n_rows > 300 AND state = 'pending'",
        name).strip() == "1"


def end():
    """Says how many checks there were, and whether all are fine."""
    print(f"1..{len(results)}")
    sys.exit(0 if all(results) else 1)
