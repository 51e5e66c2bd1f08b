#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Galera cluster against memory, each call on another node: as tests/postgres/oracle.py.

usage: galera_oracle.py ZDM-RUN NODE-URL,NODE-URL,NODE-URL FILE...

What a cluster cannot do is refused by name, and nothing else is.
"""
import os
import re
import sys

import cluster
import oracle as on_one_server

# What is refused whatever the file allows, and the word that says so.
REFUSED = {
    "rows of another table": "a trigger does not see",
    "a swap of a column": "LOCK TABLES",
}
oracle = cluster.load("oracle")
one, run_until = oracle.one, oracle.run_until
refusals = []


def told(phase, url, path, *more):
    result = run_until(phase, url, path, *more)
    if result.returncode == 1 and cluster.REFUSAL in result.stderr:
        raise oracle.Unsupported(result.stderr.split("\n", 1)[0])
    return result


def needs_another_table(path):
    with open(path, encoding="utf-8") as file:
        return re.search(r"\{ table: |split_table:|copy_rows:", file.read()) is not None


def one_or_refused(path):
    """Refused for what it is, or because others would wait, and then done with leave."""
    try:
        return one(path)
    except oracle.Unsupported as why:
        for what, word in REFUSED.items():
            if word in str(why):
                if (what == "rows of another table") != needs_another_table(path):
                    raise oracle.Differs(f"refused as {what}: {why}") from why
                return f"refused: {what}"
        if oracle.blocking.ASKED_FOR not in str(why):
            raise
    word = one_or_refused(cluster.allow_all(path))
    if word == "not valid":
        raise oracle.Differs("it cannot be allowed to block")
    return f"{word}, allowed to block"


if __name__ == "__main__":
    oracle.left_behind = cluster.seen(on_one_server.left_behind)
    oracle.run_until, oracle.one = told, one_or_refused
    oracle.main()
