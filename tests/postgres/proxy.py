# SPDX-License-Identifier: Apache-2.0
"""A proxy between a client and a PostgreSQL server that cuts the connection at a chosen request.

A request is what libpq sends before it waits: the start of a session, one simple query, or
the messages up to a Sync. Requests are counted from 1 over all connections.

https://www.postgresql.org/docs/15/protocol-message-formats.html
"""
import socket
import struct
import threading

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102

# Where a connection is cut:
BEFORE = "before"  # the server never gets the request
WITHIN = "within"  # the server gets all but the end of it
DURING = "during"  # the server gets it, and may be at work when the connection goes
AFTER = "after"    # the server has answered, and the answer does not arrive

# What becomes of those who connect again:
SAME = "same"            # they reach the server
GONE = "gone"            # they reach nobody
ELSEWHERE = "elsewhere"  # they reach another database

COMMIT = b"COMMIT\0"


def read_exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise ConnectionError("end of stream")
        data += piece
    return data


def read_message(sock):
    """One message with a type. Returns: its type, all of its bytes"""
    head = read_exactly(sock, 5)
    return head[:1], head + read_exactly(sock, struct.unpack("!I", head[1:])[0] - 4)


def read_startup(sock):
    """The first message of a session; encryption is declined."""
    while True:
        head = read_exactly(sock, 8)
        size, code = struct.unpack("!II", head)
        if code not in (SSL_REQUEST, GSS_REQUEST):
            return code, head + read_exactly(sock, size - 8)
        sock.sendall(b"N")


def read_request(sock):
    """Returns: the bytes before its last message, the last message"""
    first = b""
    while True:
        kind, message = read_message(sock)
        if kind in (b"Q", b"S", b"X", b"p"):
            return first, message
        first += message


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
                kind, message = read_message(self.server)
                if not self.is_deaf:
                    self.client.sendall(message)
                elif kind == b"Z":
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
        self.close()

    def ask(self):
        """What the client sends goes to the server, up to the request to cut at."""
        try:
            code, first = read_startup(self.client)
            first, last = self.proxy.lead(first), b""
            while True:
                # A goodbye, and a request to cancel, are no requests.
                counts = last[:1] != b"X" and code != CANCEL_REQUEST
                where = self.proxy.count(last) if counts else None
                if where is not None:
                    self.cut(where, first, last)
                    return
                self.server.sendall(first + last)
                first, last = read_request(self.client)
        except OSError:
            self.close()


class Proxy:
    """Listens on 127.0.0.1; counts nothing and cuts nothing until arm()."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.lock = threading.Lock()
        self.arm(0, BEFORE)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def arm(self, n, where, then=SAME, only=b"", other=None):
        """Cuts at the n-th request from now on (0: never) that ends with `only`.  other: for
        ELSEWHERE: the name of the database, and of the other one, which is as long"""
        with self.lock:
            self.n, self.where, self.then, self.only, self.other = n, where, then, only, other
            self.n_requests, self.was_cut = 0, False

    def lead(self, startup):
        """The first message of a session, to where it is led."""
        if self.was_cut and self.then == ELSEWHERE:
            return startup.replace(*(name.encode() for name in self.other))
        return startup

    def count(self, message):
        """Returns: where to cut at this request; or None"""
        with self.lock:
            if not message.endswith(self.only):
                return None
            self.n_requests += 1
            if self.n_requests != self.n:
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
