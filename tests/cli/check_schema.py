#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the migration files given validate against the schema."""

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


def main():
    schema = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    n_bad = 0
    for name in sys.argv[2:]:
        document = yaml.load(pathlib.Path(name).read_text(encoding="utf-8-sig"), Loader)
        for error in validator.iter_errors(document):
            print(f"{name}: {error.json_path}: {error.message[:200]}")
            n_bad += 1
    return 1 if n_bad else 0


sys.exit(main())
