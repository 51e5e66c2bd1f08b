# SPDX-License-Identifier: Apache-2.0
"""A Galera cluster for the tests that were written for one server: each call of zdm-run goes
to the next node, and what the server is asked has all that was written on the others.

The second word of the command line is the URLs of the nodes, with commas between them.
"""
import itertools
import os
import re
import sys

NODES = [url.rsplit("/", 1)[0] for url in sys.argv[2].split(",")]
sys.argv[2] = NODES[0] + "/mysql"  # the server that server.py knows

import server  # noqa: E402

REFUSAL = "this server is a node of a Galera cluster"
turns = itertools.cycle(range(len(NODES)))


def wait_for_others(node):
    """Until that node has what the others have written."""
    server.client(NODES[node], "-e", "SET SESSION wsrep_sync_wait = 15; SELECT 1")


def next_url():
    """Of a node that has everything."""
    node = next(turns)
    wait_for_others(node)
    return NODES[node]


def on_next_node(args):
    """The words of a call, with another node in the place of the first one."""
    url = next_url()
    return [arg.replace(server.URL + "/", url + "/") for arg in args]


def seen(function):
    """The same question to the first node, once that has what the others have written."""
    def see(*args):
        wait_for_others(0)
        return function(*args)
    return see


def load(name):
    """The test of that name on PostgreSQL, told to use this cluster."""
    module = server.load(name)
    zdm, dump, query = module.zdm, module.dump, module.psql

    module.zdm = lambda *args: zdm(*on_next_node(args))
    module.dump, module.psql = seen(dump), seen(query)
    return module


def allow_all(path):
    """The same file in the current folder, in which each change and step may block."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = re.search(r"^(?:change|steps):\n((?:[ #-].*\n|\n)+)", text, flags=re.M)
    body = re.sub(r"(?<=- )allow_blocking: true\n +|^ +allow_blocking: true\n", "", found[1], flags=re.M)
    body, n_items = re.subn(r"^  - (?=[a-z])", "  - allow_blocking: true\n    ", body, flags=re.M)
    if n_items == 0:
        body = f"  allow_blocking: true\n{body}"
    path = os.path.abspath("allowed.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:found.start(1)] + body + text[found.end(1):])
    return path
