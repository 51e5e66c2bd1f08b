# SPDX-License-Identifier: Apache-2.0
"""meddle.py DATABASE kill|go-on COMMAND...

Starts the command, which fills users.full_name from users.name, stops it in the middle,
puts row 1 out of step behind its back, as if that had been written before the triggers
were there, and kills the command or lets it go on to its end.

Exit code: the command's, 0 for a killed one; 99 when it could not be caught in the middle.
"""

import signal
import sqlite3
import subprocess
import sys
import time


def put_out_of_step(db):
    """Whether it was in the middle: row 1 is filled, and others are not."""
    (n_filled,) = db.execute("SELECT count(full_name) FROM users").fetchone()
    (n_rows,) = db.execute("SELECT count(*) FROM users").fetchone()
    if not 0 < n_filled < n_rows:
        return False
    triggers = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall()
    for name, _ in triggers:
        db.execute('DROP TRIGGER "%s"' % name)
    db.execute("UPDATE users SET full_name = NULL WHERE id = 1")
    for _, text in triggers:
        db.execute(text)
    return True


def catch(path, runner):
    """A stopped runner holds a lock or does not: try until it does not."""
    db = sqlite3.connect(path, isolation_level=None, timeout=0)
    while runner.poll() is None:
        runner.send_signal(signal.SIGSTOP)
        try:
            db.execute("BEGIN IMMEDIATE")
            caught = put_out_of_step(db)
            db.execute("COMMIT")
            if caught:
                return True
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem):
                runner.kill()
                raise
            if db.in_transaction:
                db.execute("ROLLBACK")
        runner.send_signal(signal.SIGCONT)
        time.sleep(0.001)
    return False


def main():
    path, way, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    runner = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    if not catch(path, runner):
        return 99
    if way == "kill":
        runner.kill()
        runner.wait()
        return 0
    runner.send_signal(signal.SIGCONT)
    return runner.wait()


sys.exit(main())
