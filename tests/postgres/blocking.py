# SPDX-License-Identifier: Apache-2.0
"""Files whose change an engine refuses because others would wait for it."""
import os
import re

ASKED_FOR = "`allow_blocking: true`"


def allow(path):
    """The same file in the current folder, with that word said of its change. Returns: its path"""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    allowed = re.sub(r"^(change:\n)(?= +[a-z])", r"\1  allow_blocking: true\n", text, flags=re.M)
    path = os.path.abspath("allowed.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(allowed)
    return path
