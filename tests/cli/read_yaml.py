#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes apart what the project offers to other projects' pipelines.

read_yaml.py commands FILE.md   the commands in its blocks of YAML, one a line
read_yaml.py block NAME FILE.md the block "```yaml NAME"
read_yaml.py entry FILE.yaml    the entry of its one pre-commit hook
read_yaml.py files FILE.yaml    the pattern of files of that hook
read_yaml.py steps FILE.yaml    the scripts of an action's steps, a NUL after each
"""

import pathlib
import re
import sys

import yaml


def blocks(text, name=None):
    wanted = "yaml" + (f" {name}" if name else r"[^\n]*")
    return re.findall(rf"```{wanted}\n(.*?)```", text, re.S)


def commands(node, key=None):
    if isinstance(node, dict):
        for name, value in node.items():
            yield from commands(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from commands(value, key)
    elif key in ("run", "script", "after_script", "entry"):
        yield node


def main():
    what, *names = sys.argv[1:]
    text = pathlib.Path(names[-1]).read_text(encoding="utf-8")
    if what == "commands":
        for block in blocks(text):
            for command in commands(yaml.safe_load(block)):
                print(command)
    elif what == "block":
        print(blocks(text, re.escape(names[0]))[0], end="")
    elif what in ("entry", "files"):
        (hook,) = yaml.safe_load(text)
        print(hook[what])
    elif what == "steps":
        action = yaml.safe_load(text)
        for step in action["runs"]["steps"]:
            for expression in re.findall(r"inputs\.([a-z-]+)", str(step)):
                assert expression in action["inputs"], expression
            sys.stdout.write(step["run"] + "\0")


main()
