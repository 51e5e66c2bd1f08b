# SPDX-License-Identifier: Apache-2.0
#
# The oracle: after every phase SQLite holds the tables that memory holds, a contract leaves
# nothing behind, and an abort leaves the start, to the letter.
import glob
import multiprocessing
import os
import shutil
import sys
import tempfile

from zdm import (SOURCES, Tap, check_database, difference, journal_state, leftovers, picture,
                 result_of, tables_of, zdm)

COMMON = ('--format', 'json', '--max-rows', '1000000', '--fail-on', 'never')
HERE = os.path.join(SOURCES, 'tests', 'sqlite')


class Differs(Exception):
    pass


class Unsupported(Exception):
    pass


def same_tables(when, memory, actual, exact):
    """Rows and columns by name; nullability where the database is at rest."""
    wanted, found = tables_of(memory), tables_of(actual)
    if sorted(wanted) != sorted(found):
        raise Differs(f'{when}: tables {sorted(found)}, in memory {sorted(wanted)}')
    for name in wanted:
        parts = zip(('columns', 'nullability', 'rows'), found[name], wanted[name])
        for what, is_there, in_memory in parts:
            if is_there != in_memory and (exact or what != 'nullability'):
                raise Differs(f'{when}: {what} of {name}\n  {is_there}\nin memory\n  {in_memory}')


def run(when, memory, *arguments):
    """Runs it and compares with what memory did; gives the exit code."""
    code, stdout, stderr = zdm(*arguments)
    if 'cannot run on sqlite' in stderr:
        raise Unsupported(next(line for line in stderr.splitlines() if 'cannot run on' in line))
    if code != memory[0]:
        raise Differs(f'{when}: exit code {code}, in memory {memory[0]}\n{stderr}')
    actual = result_of(stdout)
    same_tables(when, result_of(memory[1]), actual, actual['phase'] in ('COMPLETE', 'ROLLED_BACK'))
    return code


def must(problem):
    if problem:
        raise Differs(problem)


def check_end(path):
    must(check_database(path))
    must(leftovers(path))


def check_aborts(path, start, what):
    code, _, stderr = zdm('abort', '--url', f'sqlite:{path}')
    if code != 0:
        raise Differs(f'abort {what}: exit code {code}\n{stderr}')
    problem = difference(picture(path), start)
    must(problem and f'abort {what}: {problem}')
    check_end(path)


def compare(file, folder):
    memory = {phase: zdm(*COMMON, '--until', phase, file)
              for phase in ('expanding', 'migrating', 'complete')}
    if memory['expanding'][0] not in (0, 3):
        return 'memory cannot run it'
    path, back = os.path.join(folder, 'a.db'), os.path.join(folder, 'b.db')
    start_path = os.path.join(folder, 'start.db')
    url = f'sqlite:{path}'

    # A fault at the first step leaves what --seed-data made; where that one contracts, the
    # run has done nothing yet.
    zdm(*COMMON, '--url', f'sqlite:{start_path}', '--seed-data', '--fail-at', '1', file)
    start = picture(start_path)
    if run('after expanding', memory['expanding'], *COMMON, '--url', url, '--seed-data', '--until',
           'expanding', file) == 3:
        must(difference(picture(path), start))
        return None
    if journal_state(path) == 'waiting':
        shutil.copy(path, back)
        check_aborts(back, start, 'after expanding')
    if run('after migrating', memory['migrating'], *COMMON, '--url', url, file) == 3:
        must(difference(picture(path), start))
        return None
    if journal_state(path) == 'waiting':
        shutil.copy(path, back)
        check_aborts(back, start, 'after migrating')
        if run('after contracting', memory['complete'], 'contract', '--format', 'json', '--max-rows',
               '1000000', '--url', url) == 3:
            must(difference(picture(path), start))
            return None
    check_end(path)
    return None


def judge(file):
    folder = tempfile.mkdtemp(prefix='zdm-oracle-', dir=os.environ.get('ZDM_TEST_FAST_DIR'))
    try:
        return file, compare(file, folder), None
    except (Differs, Unsupported) as problem:
        return file, None, f'{type(problem).__name__}: {problem}'
    finally:
        shutil.rmtree(folder)


def known_differences():
    known = {}
    with open(os.path.join(HERE, 'known-differences.txt'), encoding='utf-8') as lines:
        for line in lines:
            if line.strip() and not line.startswith('#'):
                name, reason = line.split(':', 1)
                known[name.strip()] = reason.strip()
    return known


def name_of(file):
    return os.path.relpath(file, SOURCES).removesuffix('/migration.yaml').removeprefix('tests/cases/')


def main():
    folders = [os.path.join(SOURCES, 'tests', 'cases', kind, '*', 'migration.yaml')
               for kind in ('run', 'rollback', 'rehearse', 'plan')]
    files = sys.argv[1:] or sorted(
        glob.glob(os.path.join(SOURCES, 'migrations', '*.yaml'))
        + [file for folder in folders for file in glob.glob(folder)])
    known = known_differences()
    tap = Tap()
    with multiprocessing.Pool(2) as pool:
        for file, passed_over, problem in pool.imap(judge, files):
            name = name_of(file)
            if passed_over:
                continue
            if problem and name in known:
                tap.result(f'{name}: differs as known: {known.pop(name)}')
            elif name in known:
                known.pop(name)
                tap.result(name, 'it agrees: take it out of known-differences.txt')
            else:
                tap.result(name, problem)
    if not sys.argv[1:]:
        tap.result('no known difference is of a case that is gone', sorted(known) or None)
    tap.done()


main()
