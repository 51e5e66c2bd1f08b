#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every valid case validates against schema/migration.schema.json, and no invalid one
# does, but for those that no schema can know (schema_cannot_know.txt).

# May only be made smaller.
n_unknown=43

echo 1..2
cd "$ZDM_SRCDIR" || exit 1
if ! python3 -c 'import jsonschema, yaml' 2>/dev/null; then
  echo 'ok 1 - valid cases fit the schema # SKIP needs python3-jsonschema and python3-yaml'
  echo 'ok 2 - invalid cases do not # SKIP needs python3-jsonschema and python3-yaml'
  exit 0
fi

# result NUMBER NAME ARGUMENT…
result () {
  number=$1 name=$2
  shift 2
  if python3 tests/cli/check_schema.py schema/migration.schema.json "$@" >&2; then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
  fi
}

result 1 'valid cases fit the schema' valid \
  tests/cases/load/valid/*/migration.yaml
result 2 'invalid cases do not' invalid tests/cli/schema_cannot_know.txt $n_unknown \
  tests/cases/load/invalid/*
