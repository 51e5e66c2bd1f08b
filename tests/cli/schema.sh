#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every valid case validates against schema/migration.schema.json.

echo 1..1
cd "$ZDM_SRCDIR" || exit 1
if ! python3 -c 'import jsonschema, yaml' 2>/dev/null; then
  echo 'ok 1 - valid cases fit the schema # SKIP needs python3-jsonschema and python3-yaml'
elif python3 tests/cli/check_schema.py schema/migration.schema.json \
     tests/cases/load/valid/*/migration.yaml >&2; then
  echo 'ok 1 - valid cases fit the schema'
else
  echo 'not ok 1 - valid cases fit the schema'
fi
