#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs on the first node of a Galera cluster that are killed, and go on on the next one: as
tests/postgres/kill.py.

usage: galera_kill.py ZDM-RUN NODE-URL,NODE-URL,NODE-URL random|chain|STRIDE FILE...
"""
import sys

import cluster
import server

sys.path.insert(0, server.POSTGRES)

import blocking  # noqa: E402
from proxy import Mariadb, Proxy  # noqa: E402

kill = cluster.load("kill")


class File(kill.File):
    """Done with leave to block, where a cluster asks for that."""

    def __init__(self, path):
        try:
            super().__init__(path)
        except kill.Unsupported as why:
            if blocking.ASKED_FOR not in str(why):
                raise
            super().__init__(cluster.allow_all(path))


if __name__ == "__main__":
    kill.REACH = 20
    kill.PROXY = Proxy(server.PARTS.hostname, server.PARTS.port, Mariadb)
    kill.direct = lambda name: f"{cluster.next_url()}/{name}"
    kill.File = File
    kill.main()
