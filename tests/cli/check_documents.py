#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_documents.py SCHEMA SARIF: the document fits the schema, formats included, and
its results point to its rules."""

import json
import pathlib
import re
import sys

import jsonschema

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$")
REFERENCE = re.compile(r"^([A-Za-z0-9._~/@:-]|%[0-9A-F]{2})+$")

checker = jsonschema.FormatChecker(formats=())


@checker.checks("uri")
def is_uri(text):
    return SCHEME.match(text) is not None


@checker.checks("uri-reference")
def is_reference(text):
    first = text.split("/")[0]
    return REFERENCE.match(text) is not None and (":" not in first or is_uri(text))


def main():
    schema, document = (
        json.loads(pathlib.Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3]
    )
    validator = jsonschema.Draft4Validator(schema, format_checker=checker)
    problems = [f"{list(e.path)}: {e.message[:200]}" for e in validator.iter_errors(document)]
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    fingerprints = set()
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            problems.append(f"{result['ruleId']} is not at {result['ruleIndex']}")
        fingerprints.add(json.dumps(result["partialFingerprints"]))
    if len(fingerprints) != len(run["results"]):
        problems.append("a fingerprint is there twice")
    if not run["results"]:
        problems.append("there are no results")
    print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main())
