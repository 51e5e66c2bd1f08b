#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A MariaDB primary that is lost in the middle of a run, and a replica that takes over its
address: as tests/postgres/failover.py.

usage: failover.py ZDM-RUN SERVER-URL DIR TIMES [WAY…]
"""
import os
import random
import re
import socket
import subprocess
import sys
import threading

import server

sys.path.insert(0, server.POSTGRES)

from writer import Writer  # noqa: E402

failover = server.load("failover")


class Address:
    """A port on 127.0.0.1 that leads to a server, and after a while to another one."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    @staticmethod
    def carry(source, target):
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def listen(self):
        while True:
            client, _ = self.listener.accept()
            try:
                there = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for end in (client, there):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for ends in ((client, there), (there, client)):
                threading.Thread(target=self.carry, args=ends, daemon=True).start()


def login(port):
    return ["--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot"]


class Server(failover.Server):
    """One server of mariadb.sh."""

    @property
    def port(self):
        return int(re.search(r":(\d+)/", self.url).group(1))

    def psql(self, *commands, check=True):
        return subprocess.run(["mariadb", *login(self.port), "-N", "-B", "-e", "; ".join(commands)],
                              capture_output=True, text=True, check=check).stdout.strip()

    def replica(self, number):
        other = Server(f"{sys.argv[3]}/replica{number}", None)
        other.url = other.script("replica", self.url, str(os.getpid()))
        return other

    def schema(self):
        ignored = [f"--ignore-table=test.{table}" for table in server.JOURNAL]
        return subprocess.run(["mariadb-dump", *login(self.port), "--no-data", "--skip-comments", *ignored, "test"],
                              capture_output=True, text=True, check=True).stdout


class Application(Writer):
    UPDATE = "UPDATE users SET {column} = '{value}' WHERE id = {row}; SELECT 1;\n"

    def __init__(self, port, *args):
        super().__init__("test", *args)
        self.PROGRAM = ("mariadb", *login(port), "-N", "-B", "--unbuffered")


class Pair(failover.Pair):
    def __init__(self, primary, number):
        self.primary, self.replica = primary, primary.replica(number)
        self.address = Address(primary.port)
        self.url = f"mariadb://root@127.0.0.1:{self.address.port}/test"

    def reset(self):
        self.primary.psql("DROP DATABASE IF EXISTS test", "CREATE DATABASE test",
                          "CREATE TABLE test.users (id int PRIMARY KEY, name longtext)",
                          f"INSERT INTO test.users SELECT seq, CONCAT('n', seq) FROM test.seq_1_to_{failover.N_ROWS}")
        self.caught_up()

    def caught_up(self):
        place = self.primary.psql("SELECT @@gtid_binlog_pos")
        self.replica.until(f"SELECT MASTER_GTID_WAIT('{place}', 30)", "0")

    def sever(self):
        self.caught_up()
        self.replica.psql("STOP SLAVE IO_THREAD")

    def fail_over(self):
        super().fail_over()
        self.address.target = self.replica.port

    def hold(self, row):
        holder = subprocess.Popen(["mariadb", *login(self.primary.port), "-N", "-B", "--unbuffered", "test"],
                                  stdin=subprocess.PIPE, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        holder.stdin.write(f"BEGIN; UPDATE users SET id = id WHERE id = {row}; SELECT 1;\n")
        holder.stdin.flush()
        holder.stdout.readline()
        return holder

    def filled(self, more_than):
        where = "FROM test.zdm_step WHERE state = 'pending' AND position IS NOT NULL"
        self.primary.until(f"SELECT MAX(n_rows) > {more_than} {where}", "1")
        return self.primary.psql(f"SELECT MAX(n_rows) {where}")


def expect(pair, wanted, column, wrong):
    rows = pair.replica.psql(f"SELECT CONCAT(id, '|', {column}) FROM test.users ORDER BY id").split()
    if pair.replica.schema() != wanted:
        raise failover.Differs(f"the schema is another one: {pair.replica.schema()}")
    if len(rows) != failover.N_ROWS or wrong(rows):
        raise failover.Differs(f"{len(rows)} rows; no write explains {wrong(rows)[:5]}")


def received(pair, known):
    """The replica acknowledges each commit: no acknowledged write is lost."""
    pair.replica.psql("STOP SLAVE IO_THREAD", "SET GLOBAL rpl_semi_sync_slave_enabled = ON", "START SLAVE IO_THREAD")
    pair.primary.psql("SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC",
                      "SET GLOBAL rpl_semi_sync_master_timeout = 30000",
                      "SET GLOBAL rpl_semi_sync_master_enabled = ON")
    pair.primary.until("SELECT COUNT(*) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "
                       "'RPL_SEMI_SYNC_MASTER_CLIENTS' AND VARIABLE_VALUE = 1", "1")
    writer = Application(pair.address.port, "name", failover.N_ROWS)
    writer.start()
    killer = threading.Timer(random.random() * known.seconds, pair.fail_over)
    killer.start()
    result = pair.zdm(*failover.RUN)
    killer.join()
    if result.returncode not in (0, 4, 7):
        raise failover.Differs(f"exit {result.returncode}: {result.stderr}")
    pair.fine(*(("continue",) if result.returncode == 4 else failover.RUN))
    writer.stop()
    pair.fine("contract")
    expect(pair, known.end, "title", writer.wrong)
    return f"exit {result.returncode}, {writer.n_acknowledged} writes acknowledged"


if __name__ == "__main__":
    failover.SCRIPT = os.path.join(server.POSTGRES, "../servers/mariadb.sh")
    failover.Server, failover.Pair, failover.expect = Server, Pair, expect
    failover.WAYS = tuple(way for way in (received, *failover.WAYS[1:])
                          if way.__name__ in sys.argv[5:] or not sys.argv[5:])
    failover.main()
