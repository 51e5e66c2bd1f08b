# SPDX-License-Identifier: Apache-2.0
"""An application that writes through a server's own client, one statement after the other, and connects again
when its connection is lost."""
import random
import subprocess
import threading
import time


class Writer(threading.Thread):
    """Gives rows of `users` new values until stop(); knows which ones were acknowledged."""

    # The client, and what is said of an update once it has been made.
    PROGRAM = ("psql", "-XAqt")
    UPDATE = "UPDATE users SET {column} = '{value}' WHERE id = {row} RETURNING id;\n"

    # Those that have not been stopped.
    going = []

    def __init__(self, url, column, n_rows, known=None):
        super().__init__(daemon=True)
        self.url, self.column, self.n_rows = url, column, n_rows
        # id -> what it may be: what was acknowledged last, and what was never answered since.
        self.may_be = known or {}
        self.n_acknowledged, self.n_connections, self.is_over = 0, 0, False
        self.client = None
        self.going.append(self)

    def connect(self):
        self.n_connections += 1
        self.client = subprocess.Popen([*self.PROGRAM, self.url], stdin=subprocess.PIPE, text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def disconnect(self):
        if self.client:
            self.client.kill()
            self.client.communicate()
            self.client = None

    def ask(self, sql):
        """Returns: whether it was acknowledged"""
        if self.client is None:
            self.connect()
        try:
            self.client.stdin.write(sql)
            self.client.stdin.flush()
            answer = self.client.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            self.disconnect()
        return answer != ""

    def write(self, number):
        row, value = random.randint(1, self.n_rows), f"w{number}"
        if self.ask(self.UPDATE.format(column=self.column, value=value, row=row)):
            self.may_be[row] = {value}
            self.n_acknowledged += 1
        else:
            self.may_be.setdefault(row, {f"n{row}"}).add(value)
            time.sleep(0.05)

    def run(self):
        number = max((int(value[1:]) for values in self.may_be.values() for value in values
                      if value[0] == "w"), default=0)
        while not self.is_over:
            number += 1
            self.write(number)
        self.disconnect()

    def stop(self):
        self.is_over = True
        self.join()
        self.going.remove(self)
        return self.may_be

    @classmethod
    def stop_all(cls):
        for writer in list(cls.going):
            writer.stop()

    def wrong(self, rows):
        """rows: lines of id|value. Returns: what none of the writes explains"""
        return [line for line in rows
                if line.split("|")[1] not in self.may_be.get(int(line.split("|")[0]), {"n" + line.split("|")[0]})]
