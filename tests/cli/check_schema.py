#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that migration files validate against the schema, or that they do not.

check_schema.py SCHEMA valid FILE…
check_schema.py SCHEMA invalid LIST MAX FOLDER…

Every FILE must validate. No migration.yaml in a FOLDER may, but for the folders that LIST
names, of which there are at most MAX: these must, so that the list can only shrink.
"""

import pathlib
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Reads only null, booleans and numbers as such, as zdm does."""


Loader.yaml_implicit_resolvers = {
    key: [
        (tag, regexp)
        for tag, regexp in pairs
        if tag != "tag:yaml.org,2002:timestamp"
        and (tag != "tag:yaml.org,2002:bool" or key in "tTfF")
    ]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_constructor("tag:yaml.org,2002:binary", lambda loader, node: node.value)


def read(path):
    return yaml.load(pathlib.Path(path).read_text(encoding="utf-8-sig"), Loader)


def problems_of_valid(validator, files):
    for name in files:
        for error in validator.iter_errors(read(name)):
            yield f"{name}: {error.json_path}: {error.message[:200]}"


def is_refused(validator, folder):
    """What is no YAML is refused before the schema is asked."""
    try:
        return not validator.is_valid(read(folder / "migration.yaml"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return True


def read_list(path):
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    entries = [line.split(None, 1) for line in lines if line and line[0] != "#"]
    return {entry[0]: entry[1] if len(entry) > 1 else "" for entry in entries}


def problems_of_invalid(validator, path, n_max, folders):
    known = read_list(path)
    folders = {pathlib.Path(name).name: pathlib.Path(name) for name in folders}
    if len(known) > n_max:
        yield f"{path} has {len(known)} entries, more than the {n_max} it may have"
    for name in known.keys() - folders.keys():
        yield f"{path}: there is no case {name}"
    for name, reason in known.items():
        if not reason:
            yield f"{path}: {name} has no reason"
    for name, folder in folders.items():
        refused = is_refused(validator, folder)
        if refused and name in known:
            yield f"{path}: the schema refuses {name}: take it off the list"
        if not refused and name not in known:
            yield f"{folder}: the schema lets it pass"


def main():
    schema = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    if sys.argv[2] == "valid":
        problems = problems_of_valid(validator, sys.argv[3:])
    else:
        problems = problems_of_invalid(
            validator, sys.argv[3], int(sys.argv[4]), sys.argv[5:]
        )
    problems = list(problems)
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main())
