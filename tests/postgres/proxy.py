# SPDX-License-Identifier: Apache-2.0
"""A proxy between a client and a server that cuts the connection at a chosen request.

A request is what the client sends before it waits: the start of a session, one query. Requests
are counted from 1 over all connections.
"""
import re
import socket
import struct
import threading

# Where a connection is cut:
BEFORE = "before"  # the server never gets the request
WITHIN = "within"  # the server gets all but the end of it
DURING = "during"  # the server gets it, and may be at work when the connection goes
AFTER = "after"    # the server has answered, and the answer does not arrive

# What becomes of those who connect again:
SAME = "same"            # they reach the server
GONE = "gone"            # they reach nobody
ELSEWHERE = "elsewhere"  # they reach another database


def read_exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise ConnectionError("end of stream")
        data += piece
    return data


class Postgres:
    """https://www.postgresql.org/docs/15/protocol-message-formats.html"""

    COMMIT = re.compile(rb"COMMIT\0$")
    # What is there for good once it has been done.
    ACTION = re.compile(rb"COMMIT\0$|CONCURRENTLY")
    SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102

    @staticmethod
    def message(sock):
        """One message with a type. Returns: whether it ends an answer, all of its bytes"""
        head = read_exactly(sock, 5)
        return head[:1] == b"Z", head + read_exactly(sock, struct.unpack("!I", head[1:])[0] - 4)

    @classmethod
    def start(cls, client):
        """The first message of a session; encryption is declined. Returns: whether it counts, the
        message"""
        while True:
            head = read_exactly(client, 8)
            size, code = struct.unpack("!II", head)
            if code not in (cls.SSL_REQUEST, cls.GSS_REQUEST):
                return code != cls.CANCEL_REQUEST, head + read_exactly(client, size - 8)
            client.sendall(b"N")

    @classmethod
    def request(cls, client):
        """One simple query, or the messages up to a Sync; a goodbye does not count. Returns: whether
        it counts, the bytes before its last message, the last message"""
        first = b""
        while True:
            _, message = cls.message(client)
            if message[:1] in (b"Q", b"S", b"X", b"p"):
                return message[:1] != b"X", first, message
            first += message


class Mariadb:
    """https://mariadb.com/kb/en/0-packet/"""

    COMMIT = re.compile(rb"\x03COMMIT$")
    ACTION = re.compile(rb"^....\x03(COMMIT|ALTER|CREATE|DROP|RENAME|TRUNCATE|BEGIN|UNLOCK)", re.S)
    QUIT = b"\x01"

    @staticmethod
    def packet(sock):
        head = read_exactly(sock, 4)
        return head, read_exactly(sock, head[0] | head[1] << 8 | head[2] << 16)

    @classmethod
    def message(cls, sock):
        """Whatever comes first, the request is done with: its rows may be behind it."""
        head, body = cls.packet(sock)
        return True, head + body

    @classmethod
    def start(cls, client):
        head, body = cls.packet(client)
        return True, head + body

    @classmethod
    def request(cls, client):
        """A packet with another number than 0 belongs to what is under way."""
        head, body = cls.packet(client)
        return head[3] == 0 and body != cls.QUIT, head, body


class Link:
    """One client's connection, and the server's end of it."""

    def __init__(self, proxy, client):
        self.proxy, self.client = proxy, client
        self.server = socket.create_connection(proxy.target)
        for sock in (self.client, self.server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_deaf = False
        self.answered = threading.Event()

    def close(self):
        for sock in (self.client, self.server):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def answer(self):
        """What the server sends goes to the client, until the link is cut."""
        try:
            while True:
                is_end, message = self.proxy.protocol.message(self.server)
                if not self.is_deaf:
                    self.client.sendall(message)
                elif is_end:
                    break
        except OSError:
            pass
        self.answered.set()
        if not self.is_deaf:
            self.close()

    def cut(self, where, first, last):
        self.is_deaf = True
        if where == WITHIN:
            self.server.sendall(first)
        elif where in (DURING, AFTER):
            self.server.sendall(first + last)
        if where == AFTER:
            self.answered.wait(30)
        self.proxy.at_cut()
        self.close()

    def ask(self):
        """What the client sends goes to the server, up to the request to cut at."""
        try:
            counts, first = self.proxy.protocol.start(self.client)
            first, last = self.proxy.lead(first), b""
            while True:
                where = self.proxy.count(first + last) if counts else None
                if where is not None:
                    self.cut(where, first, last)
                    return
                self.server.sendall(first + last)
                counts, first, last = self.proxy.protocol.request(self.client)
        except OSError:
            self.close()


class Proxy:
    """Listens on 127.0.0.1; counts nothing and cuts nothing until arm()."""

    def __init__(self, host, port, protocol):
        self.target, self.protocol = (host, port), protocol
        self.lock = threading.Lock()
        self.arm(0, BEFORE)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def arm(self, n, where, then=SAME, only=None, other=None, at_cut=lambda: None):
        """Cuts at the n-th request from now on (0: never) that matches `only`.  other: for
        ELSEWHERE: the name of the database, and of the other one, which is as long.  at_cut: what
        is done before the client can know"""
        with self.lock:
            self.n, self.where, self.then, self.only, self.other = n, where, then, only, other
            self.heard, self.was_cut, self.at_cut = [], False, at_cut

    def lead(self, startup):
        """The first message of a session, to where it is led."""
        if self.was_cut and self.then == ELSEWHERE:
            return startup.replace(*(name.encode() for name in self.other))
        return startup

    def count(self, message):
        """Returns: where to cut at this request; or None"""
        with self.lock:
            if self.only and not self.only.search(message):
                return None
            self.heard.append(message)
            if len(self.heard) != self.n:
                return None
            self.was_cut = True
            return self.where

    def listen(self):
        while True:
            client, _ = self.listener.accept()
            if self.was_cut and self.then == GONE:
                client.close()
                continue
            try:
                link = Link(self, client)
            except OSError:
                client.close()
                continue
            threading.Thread(target=link.answer, daemon=True).start()
            threading.Thread(target=link.ask, daemon=True).start()
