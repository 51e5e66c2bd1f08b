# SPDX-License-Identifier: Apache-2.0
"""The kinds of change, and what the old and the new application say in each."""
import typing

COLUMNS = """table:
  name: users
  columns:
    - { name: id, type: BIGINT, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
    - { name: points, type: INTEGER }
"""


class Application(typing.NamedTuple):
    """One that uses a column of a table; its inserts may name another one too."""
    column: str
    insert: str = ""
    table: str = "users"

    def requests(self):
        also, value = (f", {self.insert}", ", 1") if self.insert else ("", "")
        return {
            "insert": f"INSERT INTO {self.table} (id, {self.column}{also}) VALUES ($1, $2{value})",
            "update": f"UPDATE {self.table} SET {self.column} = $2 WHERE id = $1",
            "read": f"SELECT {self.column} FROM {self.table} WHERE id = $1",
        }

    def everything(self):
        return f"SELECT id, {self.column} FROM {self.table}"


class Kind(typing.NamedTuple):
    change: str
    old: Application
    new: Application
    blocks_on: str = ""  # the engine where its writers have to wait

    def yaml(self, name, database):
        blocks = name in CLUSTER_BLOCKS if database.CLUSTER else database.ENGINE == self.blocks_on
        allow = "  allow_blocking: true\n" if blocks else ""
        return f"id: {name}\n{COLUMNS}change:\n  {self.change}\n{allow}"

    def has_two_shapes(self):
        return self.old.requests() != self.new.requests()


NAME, POINTS = Application("name"), Application("points")

KINDS = {
    "rename_column": Kind("rename_column: { from: name, to: display_name }", NAME, Application("display_name")),
    "alter_column-type": Kind("alter_column: { column: points, type: BIGINT }", POINTS, POINTS),
    "alter_column-kind": Kind("alter_column: { column: points, type: TEXT }", POINTS, POINTS),
    "add_column": Kind("add_column:\n    column: { name: score, type: BIGINT }\n    from: points\n"
                       "    transform: { cast: BIGINT }\n    backward: { cast: INTEGER }\n    replaces: points",
                       POINTS, Application("score")),
    "not_null": Kind("alter_column: { column: points, nullable: false }", POINTS, POINTS),
    "index": Kind("create_index: { name: by_points, columns: [points] }", POINTS, POINTS),
    "unique": Kind("add_constraint: { name: one_each, unique: [id, points] }", POINTS, POINTS),
    "check": Kind("add_constraint: { name: positive, check: { column: points, min: 0 } }", POINTS, POINTS,
                  blocks_on="mariadb"),
    "drop_column": Kind("drop_column: { column: name }", Application("points", insert="name"), POINTS),
    "rename_table": Kind("rename_table: { name: users, to: people }", POINTS, Application("points", table="people")),
}

# What everybody on a Galera cluster has to wait for, and what is refused there.
CLUSTER_BLOCKS = {"not_null", "index", "unique", "check"}
CLUSTER_REFUSES = {"alter_column-type", "alter_column-kind"}


def kinds_of(database):
    return [name for name in KINDS if not (database.CLUSTER and name in CLUSTER_REFUSES)]
