# SPDX-License-Identifier: Apache-2.0
"""The kinds of change, and what the old and the new application say in each."""
import typing


class Column(typing.NamedTuple):
    type: str
    first: str  # what row i has at the start, in SQL
    nullable: bool = True
    default: typing.Optional[int] = None

    def yaml(self, name):
        words = [f"name: {name}", f"type: {self.type}"]
        words += [] if self.nullable else ["nullable: false"]
        words += [] if self.default is None else [f"default: {self.default}"]
        return f"    - {{ {', '.join(words)} }}\n"


class Table(typing.NamedTuple):
    """One that is there at the start, with an id."""
    name: str
    columns: typing.Dict[str, Column]
    share: float = 1  # of the rows that the applications know: more are for those that they add
    more: typing.Sequence[str] = ()  # SQL, with {rows} and {series}
    yaml_more: str = ""

    def all_columns(self):
        return {"id": Column("BIGINT", "i", nullable=False), **self.columns}

    def yaml(self):
        columns = "".join(column.yaml(name) for name, column in self.all_columns().items())
        key = columns.replace("nullable: false }", "nullable: false, primary_key: true }", 1)
        return f"  - name: {self.name}\n    columns:\n{key.replace('    - ', '      - ')}{self.yaml_more}"


class Application(typing.NamedTuple):
    """One that says a number n in columns of a table, which it writes and reads."""
    form: typing.Dict[str, str]
    table: str = "users"
    also: typing.Dict[str, str] = {}  # what it writes beside that, in SQL
    keeps: str = "true"  # what holds for the rows of the start, which says what became of all else
    reads: str = ""  # a query, where it reads that in another place, and writes nothing
    insert: typing.Optional[str] = None  # where it is another one, or none

    def values(self):
        """In SQL"""
        return {**{column: f"${at}" for at, column in enumerate(self.form, 2)}, **self.also}

    def everything(self):
        return self.reads or f"SELECT id, {', '.join(self.form)} FROM {self.table}"

    def requests(self):
        form = {"form": "\t".join(self.form.values()),
                "read": self.everything().replace("SELECT id, ", "SELECT ", 1) + " WHERE id = $1"}
        if self.reads:
            return form
        columns, values = zip(*self.values().items())
        insert = f"INSERT INTO {self.table} (id, {', '.join(columns)}) VALUES ($1, {', '.join(values)})"
        update = ", ".join(f"{column} = {value}" for column, value in zip(columns, values))
        return {**form,
                "insert": insert if self.insert is None else self.insert,
                "update": f"UPDATE {self.table} SET {update} WHERE id = $1"}


class Kind(typing.NamedTuple):
    change: str
    old: Application
    new: Application
    tables: typing.Sequence[Table]
    blocks_on: str = ""  # the engine where its writers have to wait

    def yaml(self, name, database):
        blocks = name in CLUSTER_BLOCKS if database.CLUSTER else database.ENGINE == self.blocks_on
        allow = "  allow_blocking: true\n" if blocks else ""
        tables = "".join(table.yaml() for table in self.tables)
        return f"id: {name}\ntables:\n{tables}change:\n  {self.change}\n{allow}"

    def has_two_shapes(self):
        return self.old.requests() != self.new.requests()


USERS = Table("users", {"name": Column("TEXT", "i"), "points": Column("INTEGER", "i")})
NAME = Application({"name": "{n}"}, keeps="points = id")
POINTS = Application({"points": "{n}"}, keeps="CAST(name AS DECIMAL(20)) = id")


def kind(change, old, new=None, tables=(USERS,), **more):
    return Kind(change, old, new or old, tables, **more)


def users(more=(), yaml_more="", share=1, **columns):
    return Table("users", columns, share, more, yaml_more)


LEVEL = Column("INTEGER", "0", default=0)
WITH_LEVEL = users(**USERS.columns, level=LEVEL)
# With rows that no application knows; their ids are below nought.
WITH_OTHERS = WITH_LEVEL._replace(more=("INSERT INTO users SELECT -i, i, i, 1 FROM {series} WHERE i * 5 <= {rows}",))
OTHERS = "(SELECT count(*) FROM users WHERE id < 0)"
ANYBODY = USERS._replace(share=1.5)
NAMES = "(SELECT count(*) FROM users WHERE id BETWEEN 1 AND {rows} AND CAST(name AS DECIMAL(20)) = id) = {rows}"
LATER = "CASE WHEN i <= {rows} THEN i END"

KINDS = {
    "rename_column": kind("rename_column: { from: name, to: display_name }", NAME,
                          NAME._replace(form={"display_name": "{n}"})),
    "alter_column-type": kind("alter_column: { column: points, type: BIGINT }", POINTS),
    "alter_column-kind": kind("alter_column: { column: points, type: TEXT }", POINTS),
    "default": kind("alter_column: { column: level, default: 5 }", POINTS._replace(keeps="level = 0"),
                    tables=[WITH_LEVEL]),
    "not_null": kind("alter_column: { column: points, nullable: false }", POINTS),
    "nullable": kind("alter_column: { column: points, nullable: true }", POINTS,
                 tables=[users(name=Column("TEXT", "i"), points=Column("INTEGER", "i", nullable=False))]),
    "add_column": kind("add_column:\n    column: { name: score, type: BIGINT }\n    from: points\n"
                       "    transform: { cast: BIGINT }\n    backward: { cast: INTEGER }\n    replaces: points",
                       POINTS, POINTS._replace(form={"score": "{n}"})),
    "add_column-plain": kind("add_column: { column: { name: email, type: TEXT } }",
                             POINTS, POINTS._replace(also={"email": "'x'"})),
    "add_column-default": kind("add_column: { column: { name: level, type: INTEGER, nullable: false, default: 3 } }",
                               POINTS, POINTS._replace(also={"level": "4"}, keeps="level IN (3, 4)")),
    "lookup": kind("table: users\n  add_column:\n    column: { name: score, type: INTEGER }\n"
                   "    from: { table: scores, match: { id: id }, column: points, missing: null }",
                   Application({"points": "{n}"}, table="scores"),
                   Application({"score": "{n}"}, reads="SELECT id, score FROM users"),
                   tables=[ANYBODY, Table("scores", {"points": Column("INTEGER", "i")})]),
    "aggregate": kind("table: users\n  add_column:\n    column: { name: total, type: BIGINT }\n"
                      "    from: { table: scores, match: { user_id: id }, column: points, aggregate: sum, "
                      "missing: null }",
                      Application({"points": "{n}"}, table="scores", also={"user_id": "$1"}),
                      Application({"total": "{n}"}, reads="SELECT id, total FROM users"),
                      tables=[ANYBODY,
                              Table("scores", {"user_id": Column("BIGINT", "i"), "points": Column("INTEGER", "i")},
                                    more=("INSERT INTO scores SELECT -i, i, 0 FROM {series} WHERE i * 5 <= {rows}",
                                          "CREATE INDEX scores_user ON scores (user_id)"),
                                    yaml_more="    indexes: [ { name: scores_user, columns: [user_id] } ]\n")]),
    "drop_column": kind("drop_column: { column: name }", Application({"points": "{n}"}, also={"name": "1"}),
                        Application({"points": "{n}"})),
    "split_column": kind("split_column:\n    column: name\n    into:\n"
                         "      - { column: { name: given, type: TEXT }, transform: { split: ' ', part: 1 } }\n"
                         "      - { column: { name: family, type: TEXT }, transform: { split: ' ', part: rest } }\n"
                         "    backward: { join: ' ' }",
                         NAME._replace(form={"name": "Ann{n} Lee{n}"}),
                         NAME._replace(form={"given": "Ann{n}", "family": "Lee{n}"}),
                         tables=[users(name=Column("TEXT", "concat('Ann', i, ' Lee', i)"),
                                       points=Column("INTEGER", "i"))]),
    "merge_columns": kind("merge_columns:\n    columns: [area, number]\n    into: { name: phone, type: TEXT }\n"
                          "    transform: { template: '{area}/{number}' }\n    backward:\n"
                          "      area: { split: '/', part: 1 }\n      number: { split: '/', part: rest }",
                          NAME._replace(form={"area": "0{n}", "number": "{n}"}),
                          NAME._replace(form={"phone": "0{n}/{n}"}),
                          tables=[users(area=Column("TEXT", "concat('0', i)", nullable=False),
                                        number=Column("TEXT", "i", nullable=False),
                                        points=Column("INTEGER", "i"))]),
    "split_table": kind("split_table: { to: scores, columns: [points], key: [id] }", POINTS,
                        POINTS._replace(table="scores", insert="", keeps=NAMES)),
    "split_table-halves": kind("split_table: { to: scores, columns: [points], key: [id] }",
                               POINTS._replace(insert="UPDATE users SET points = $2 WHERE id = $1"),
                               POINTS._replace(table="scores", keeps=NAMES),
                               tables=[users(share=1.5, name=Column("TEXT", "i"), points=Column("INTEGER", LATER))]),
    "rename_table": kind("rename_table: { name: users, to: people }", POINTS, POINTS._replace(table="people")),
    "tables": kind("- create_table: { name: notes, columns: [ { name: id, type: BIGINT, primary_key: true } ] }\n"
                   "  - drop_table: { name: logs }", POINTS,
                   tables=[USERS, Table("logs", {"line": Column("TEXT", "i")})]),
    "index": kind("create_index: { name: by_points, columns: [points] }", POINTS),
    "drop_index": kind("drop_index: { name: by_points }", POINTS,
                       tables=[USERS._replace(more=("CREATE INDEX by_points ON users (points)",),
                                              yaml_more="    indexes: [ { name: by_points, columns: [points] } ]\n")]),
    "unique": kind("add_constraint: { name: one_each, unique: [id, points] }", POINTS),
    "check": kind("add_constraint: { name: positive, check: { column: points, min: 0 } }", POINTS,
                  blocks_on="mariadb"),
    "foreign_key": kind("table: orders\n  add_constraint: { name: of_user, foreign_key: [user_id], "
                        "references: { table: users, columns: [id] }, orphans: set_null }",
                        Application({"amount": "{n}"}, table="orders", also={"user_id": "$1"},
                                    keeps="(SELECT count(*) FROM orders WHERE user_id < 0) = {rows} / 5"),
                        Application({"amount": "{n}"}, table="orders", also={"user_id": "$1"},
                                    keeps="(SELECT count(*) FROM orders WHERE user_id IS NULL) = {rows} / 5"),
                        tables=[ANYBODY,
                                Table("orders", {"user_id": Column("BIGINT", "i"), "amount": Column("INTEGER", "i")},
                                      more=("INSERT INTO orders SELECT -i, -i, i FROM {series} WHERE i * 5 <= {rows}",
                                            ))]),
    "constraints": kind("- rename_constraint: { from: a, to: c }\n  - drop_constraint: { name: b }", POINTS,
                        tables=[USERS._replace(more=("ALTER TABLE users ADD CONSTRAINT a UNIQUE (id, points)",
                                                     "ALTER TABLE users ADD CONSTRAINT b UNIQUE (points, id)"),
                                               yaml_more="    constraints: [ { name: a, unique: [id, points] }, "
                                                         "{ name: b, unique: [points, id] } ]\n")]),
    "update_rows": kind("update_rows: { where: { level: 0 }, set: { name: upper, level: { constant: 1 } } }",
                        NAME._replace(form={"name": "N{n}"}, keeps="level = 0"),
                        NAME._replace(form={"name": "N{n}"}, keeps="level = 1"),
                        tables=[users(name=Column("TEXT", "concat('N', i)"), level=LEVEL)]),
    "delete_rows": kind("delete_rows: { where: { level: 1 } }", POINTS._replace(keeps=OTHERS + " = {rows} / 5"),
                        POINTS._replace(keeps=OTHERS + " = 0"), tables=[WITH_OTHERS]),
    "insert_rows": kind("insert_rows: { rows: [ { id: -1, name: one }, { id: -2, name: two } ] }",
                        POINTS._replace(keeps=OTHERS + " = 0"), POINTS._replace(keeps=OTHERS + " = 2")),
    "backfill": kind("backfill: { column: level, where: { level: 0 }, transform: { constant: 7 } }",
                     POINTS._replace(keeps="level = 0"), POINTS._replace(keeps="level = 7"), tables=[WITH_LEVEL]),
    "sql": kind("sql:\n    phase: expanding\n    forward: ALTER TABLE users ADD COLUMN email text\n"
                "    rollback: ALTER TABLE users DROP COLUMN email", POINTS),
    "composite": kind("- rename_column: { from: name, to: display_name }\n"
                      "  - alter_column: { column: points, type: BIGINT }\n"
                      "  - add_column: { column: { name: email, type: TEXT, nullable: false, default: none } }\n"
                      "  - create_index: { name: by_email, columns: [email, points] }\n"
                      "  - alter_column: { column: level, default: 5 }",
                      Application({"name": "N{n}", "points": "{n}"}, keeps="level = 0"),
                      Application({"display_name": "N{n}", "points": "{n}"}, also={"email": "'x'"}, keeps="level = 0"),
                      tables=[users(name=Column("TEXT", "concat('N', i)"), points=Column("INTEGER", "i"),
                                    level=LEVEL)]),
}

# What these did to rows is not taken back any more once they are complete.
CHANGE_ROWS = {"update_rows", "delete_rows", "insert_rows", "backfill"}

# On a Galera cluster: what everybody has to wait for, and what is refused there.
CLUSTER_BLOCKS = {"not_null", "index", "unique", "check", "merge_columns", "foreign_key", "sql", "nullable"}
CLUSTER_REFUSES = {"alter_column-type", "alter_column-kind", "lookup", "aggregate", "split_table",
                   "split_table-halves", "composite"}


def kinds_of(database):
    return [name for name in KINDS if not database.CLUSTER or name not in CLUSTER_REFUSES]
