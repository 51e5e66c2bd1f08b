# SPDX-License-Identifier: Apache-2.0
#
# What the tests on SQLite share: running zdm-run, pictures of a database, TAP.
import json
import os
import sqlite3
import subprocess

RUN = os.environ['ZDM_RUN']
SOURCES = os.environ['ZDM_SRCDIR']
OURS = ('zdm_meta', 'zdm_migration', 'zdm_step', 'zdm_event')


class Tap:
    def __init__(self):
        self.n = 0
        self.failed = False

    def result(self, name, problem=None):
        self.n += 1
        print(f'{"not ok" if problem else "ok"} {self.n} - {name}')
        for line in str(problem or '').splitlines():
            print(f'# {line}')
        self.failed = self.failed or bool(problem)

    def done(self):
        print(f'1..{self.n}', flush=True)


def zdm(*arguments, env=None, timeout=120):
    """Runs it; gives (exit code, stdout, stderr)."""
    run = subprocess.run([RUN, *arguments], capture_output=True, text=True, timeout=timeout,
                         stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    return run.returncode, run.stdout, run.stderr


def result_of(output):
    try:
        return json.loads(output)
    except ValueError:
        return None


def tables_of(result):
    """{table: (columns, nullability, rows)} of a JSON result, whatever their order."""
    tables = {}
    for table in (result or {}).get('tables', []):
        names = sorted(column['name'] for column in table['columns'])
        nullable = {column['name']: column['nullable'] for column in table['columns']}
        rows = sorted(json.dumps(row, sort_keys=True) for row in table['rows'])
        tables[table['name']] = (names, nullable, rows)
    return tables


def is_ours(name):
    return name in OURS or name.startswith('zdm_before/')


def connect(path):
    return sqlite3.connect(path, isolation_level=None, timeout=5)


def picture(path):
    """Schema and rows, to the letter, zdm's own tables aside."""
    with connect(path) as db:
        schema = sorted((row for row in db.execute(
            'SELECT type, name, tbl_name, sql FROM sqlite_schema')
            if not is_ours(row[2]) and not row[1].startswith('sqlite_')), key=str)
        rows = {}
        for kind, name, _, _ in schema:
            if kind != 'table':
                continue
            quoted = '"' + name.replace('"', '""') + '"'
            columns = [row[1] for row in db.execute(f'PRAGMA table_xinfo({quoted})')]
            cells = ', '.join('quote("' + column.replace('"', '""') + '")' for column in columns)
            rows[name] = sorted(db.execute(f'SELECT {cells} FROM {quoted}').fetchall(), key=str)
    db.close()
    return schema, rows


def difference(actual, expected):
    """One sentence; None: no difference."""
    for what, is_there, wanted in zip(('schema', 'rows'), actual, expected):
        if is_there == wanted:
            continue
        if isinstance(wanted, dict):
            for name in sorted(set(wanted) | set(is_there)):
                if wanted.get(name) != is_there.get(name):
                    return (f'rows of {name}:\n  {is_there.get(name)}\nexpected\n  '
                            f'{wanted.get(name)}')
        more = [row for row in is_there if row not in wanted]
        less = [row for row in wanted if row not in is_there]
        return f'{what}: too much\n  {more}\ntoo little\n  {less}'
    return None


def check_database(path):
    """integrity_check and foreign_key_check; None: fine."""
    with connect(path) as db:
        found = db.execute('PRAGMA integrity_check').fetchall()
        if found != [('ok',)]:
            return f'integrity_check: {found}'
        found = db.execute('PRAGMA foreign_key_check').fetchall()
    db.close()
    return f'foreign_key_check: {found}' if found else None


def leftovers(path):
    """What of ours is there besides the journal; None: nothing."""
    with connect(path) as db:
        names = [row[0] for row in db.execute(
            "SELECT name FROM sqlite_schema WHERE name LIKE 'zdm%' AND name NOT IN "
            "('zdm_meta', 'zdm_migration', 'zdm_step', 'zdm_event')")]
    db.close()
    return f'left behind: {names}' if names else None


def journal_state(path):
    """The state of the last run; None: none is recorded."""
    with connect(path) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'zdm_migration'").fetchall():
            return None
        rows = db.execute('SELECT state FROM zdm_migration ORDER BY number DESC LIMIT 1').fetchall()
    db.close()
    return rows[0][0] if rows else None
