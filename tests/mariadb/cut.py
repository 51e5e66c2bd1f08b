#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A way to a server that ends where a statement is: whoever goes it loses the connection.

usage: cut.py SERVER-PORT TEXT [N]

Prints its own port on 127.0.0.1.  The Nth packet of a client that holds TEXT (the first one)
does not reach the server, and its connection is closed at both ends; all others go on.
"""
import os
import socket
import sys
import threading

PORT, TEXT = int(sys.argv[1]), sys.argv[2].encode()
left = [int(sys.argv[3]) if len(sys.argv) > 3 else 1]


def carry(source, target, watched):
    try:
        while data := source.recv(1 << 20):
            left[0] -= watched and TEXT in data
            if watched and TEXT in data and left[0] == 0:
                break
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    os.close(1)
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", PORT))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pair in ((client, server, True), (server, client, False)):
            threading.Thread(target=carry, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
