# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# The migration files that the CLI tests share; source it after lib.sh.

cat >rename.yaml <<'YAML'
id: MIG-002
title: Rename users.name
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
  rows:
    - { id: 1, name: alice }
    - { id: 2, name: bob }
change:
  rename_column: { from: name, to: display_name }
clients:
  - { name: app-v1, before: contracting, reads: [id, name], writes: [id, name] }
  - { name: app-v2, after: migrating, reads: [id, display_name], writes: [id, display_name] }
YAML

cat >invalid.yaml <<'YAML'
id: MIG-003
table:
  name: users
  columns:
    - { name: id, type: INTEGR }
change:
  drop_colum: { column: id }
YAML

cat >unsafe.yaml <<'YAML'
id: MIG-004
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
steps:
  - phase: contracting
    drop_column: { column: name }
YAML

cat >empty.yaml <<'YAML'
id: MIG-005
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
steps: []
YAML
