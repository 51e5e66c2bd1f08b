# SPDX-License-Identifier: Apache-2.0
#
# Every test speaks TAP, so each Check test and each CLI check is one result.

# One line a unit test: the program's source is the same name with `.c`.
unit_tests =
unit_tests += %D%/unit/test_arena
unit_tests += %D%/unit/test_column
unit_tests += %D%/unit/test_constraint
unit_tests += %D%/unit/test_decimal
unit_tests += %D%/unit/test_diagnostic
unit_tests += %D%/unit/test_json_text
unit_tests += %D%/unit/test_literal
unit_tests += %D%/unit/test_nearest_name
unit_tests += %D%/unit/test_number
unit_tests += %D%/unit/test_phase
unit_tests += %D%/unit/test_text
unit_tests += %D%/unit/test_text_heap
unit_tests += %D%/unit/test_timestamp
unit_tests += %D%/unit/test_transform
unit_tests += %D%/unit/test_transform_bind
unit_tests += %D%/unit/test_transform_choose
unit_tests += %D%/unit/test_transform_compose
unit_tests += %D%/unit/test_transform_text
unit_tests += %D%/unit/test_type
unit_tests += %D%/unit/test_type_cast
unit_tests += %D%/unit/test_type_io
unit_tests += %D%/unit/test_type_parse
unit_tests += %D%/unit/test_value
unit_tests += %D%/unit/test_vector
unit_tests += %D%/unit/test_testing
unit_tests += %D%/unit/test_load
unit_tests += %D%/unit/test_load_keys
unit_tests += %D%/unit/test_load_rows
unit_tests += %D%/unit/test_node
unit_tests += %D%/unit/test_describe
unit_tests += %D%/unit/test_planner
unit_tests += %D%/unit/test_row_index
unit_tests += %D%/unit/test_history
unit_tests += %D%/unit/test_rules_of_effects
unit_tests += %D%/unit/test_safety
unit_tests += %D%/unit/test_safety_operations
unit_tests += %D%/unit/test_load_project
unit_tests += %D%/unit/test_report_fingerprint
unit_tests += %D%/unit/test_sql_analysis
unit_tests += %D%/unit/test_sql_words
unit_tests += %D%/unit/test_report_database
unit_tests += %D%/unit/test_report_excerpt
unit_tests += %D%/unit/test_report_json_printer
unit_tests += %D%/unit/test_report_plan
unit_tests += %D%/unit/test_report_printable
unit_tests += %D%/unit/test_report_rehearsal
unit_tests += %D%/unit/test_row_sync
unit_tests += %D%/unit/test_client_check
unit_tests += %D%/unit/test_bind
unit_tests += %D%/unit/test_engine
unit_tests += %D%/unit/test_rehearse
unit_tests += %D%/unit/test_shape
unit_tests += %D%/unit/test_apply
unit_tests += %D%/unit/test_plan
unit_tests += %D%/unit/test_database
unit_tests += %D%/unit/test_table
unit_tests += %D%/unit/test_table_name
unit_tests += %D%/unit/test_live_index
unit_tests += %D%/unit/test_verify
unit_tests += %D%/unit/test_backfill
unit_tests += %D%/unit/test_gate
unit_tests += %D%/unit/test_repair
unit_tests += %D%/unit/test_write
unit_tests += %D%/unit/test_memory
unit_tests += %D%/unit/test_unwind
unit_tests += %D%/unit/test_executor
unit_tests += %D%/unit/test_property_migration
unit_tests += %D%/unit/test_cross_sync
unit_tests += %D%/unit/test_lookup
unit_tests += %D%/unit/test_sqlite_expression
unit_tests += %D%/unit/test_sqlite_text
unit_tests += %D%/unit/test_sqlite_definition
unit_tests += %D%/unit/test_sqlite_catalog
unit_tests += %D%/unit/test_sqlite_create
unit_tests += %D%/unit/test_sqlite_trigger
unit_tests += %D%/unit/test_sqlite_echo
unit_tests += %D%/unit/test_sqlite_walk
unit_tests += %D%/unit/test_database_url
unit_tests += %D%/unit/test_duration
unit_tests += %D%/unit/test_pacer
unit_tests += %D%/unit/test_throttle
if HAVE_POSTGRES
unit_tests += %D%/unit/test_postgres_expression
unit_tests += %D%/unit/test_postgres_rename_text
unit_tests += %D%/unit/test_postgres_text
unit_tests += %D%/unit/test_postgres_trigger
endif
if HAVE_MARIADB
unit_tests += %D%/unit/test_mariadb_expression
endif
%C%_unit_test_mariadb_expression_LDADD = $(LIBMARIADB_LIBS) $(LDADD)
unit_tests += %D%/unit/test_sqlite_image
unit_tests += %D%/unit/test_database_run
unit_tests += %D%/unit/test_text_difference
unit_tests += %D%/unit/test_checksum
unit_tests += %D%/unit/test_action_plan
unit_tests += %D%/unit/test_sqlite_rebuild
unit_tests += %D%/unit/test_sqlite_cell
unit_tests += %D%/unit/test_sqlite_walk_gaps
unit_tests += %D%/unit/test_sqlite_connection
unit_tests += %D%/unit/test_overlap
unit_tests += %D%/unit/test_journal
unit_tests += %D%/unit/test_lease

# One line a CLI test.
cli_tests =
cli_tests += %D%/cli/readme.sh
cli_tests += %D%/cli/fix.sh
cli_tests += %D%/cli/version.sh
cli_tests += %D%/cli/schema.sh
cli_tests += %D%/cli/cases_migrations.sh
cli_tests += %D%/cli/cases_plan.sh
cli_tests += %D%/cli/cases_refused.sh
cli_tests += %D%/cli/cases_rehearse.sh
cli_tests += %D%/cli/cases_rollback.sh
cli_tests += %D%/cli/cases_run.sh
cli_tests += %D%/cli/completion.sh
cli_tests += %D%/cli/helpers.sh
cli_tests += %D%/cli/history.sh
cli_tests += %D%/cli/hostile.sh
cli_tests += %D%/cli/json.sh
cli_tests += %D%/cli/manual.sh
cli_tests += %D%/cli/output.sh
cli_tests += %D%/cli/plan.sh
cli_tests += %D%/cli/recorded.sh
cli_tests += %D%/cli/rehearse.sh
cli_tests += %D%/cli/run.sh
cli_tests += %D%/cli/status.sh
cli_tests += %D%/cli/url.sh
cli_tests += %D%/cli/usage.sh
cli_tests += %D%/cli/validate.sh
cli_tests += %D%/cli/formats.sh
cli_tests += %D%/cli/engine.sh
cli_tests += %D%/cli/project.sh
cli_tests += %D%/cli/ci.sh
cli_tests += %D%/sqlite/backfill.sh
cli_tests += %D%/sqlite/writer.sh
cli_tests += %D%/mariadb/asked.sh
cli_tests += %D%/mariadb/blocked.sh
cli_tests += %D%/mariadb/changes.sh
cli_tests += %D%/mariadb/contract.sh
cli_tests += %D%/mariadb/cuts.sh
cli_tests += %D%/mariadb/drops.sh
cli_tests += %D%/mariadb/failover.sh
cli_tests += %D%/mariadb/galera.sh
cli_tests += %D%/mariadb/kill.sh
cli_tests += %D%/mariadb/mirrors.sh
cli_tests += %D%/mariadb/oracle.sh
cli_tests += %D%/mariadb/restart.sh
cli_tests += %D%/mariadb/rivals.sh
cli_tests += %D%/mariadb/differences.sh
cli_tests += %D%/mariadb/fill.sh
cli_tests += %D%/mariadb/readers.sh
cli_tests += %D%/mariadb/grown.sh
cli_tests += %D%/mariadb/own_sql.sh
cli_tests += %D%/mariadb/rehearse.sh
cli_tests += %D%/mariadb/rights.sh
cli_tests += %D%/mariadb/rows.sh
cli_tests += %D%/mariadb/tables.sh
cli_tests += %D%/mariadb/throttle.sh
cli_tests += %D%/mariadb/types.sh %D%/mariadb/keys.sh
cli_tests += %D%/mariadb/writes.sh
cli_tests += %D%/postgres/asked.sh
cli_tests += %D%/postgres/blocked.sh
cli_tests += %D%/postgres/carried.sh
cli_tests += %D%/postgres/cuts.sh
cli_tests += %D%/postgres/failover.sh
cli_tests += %D%/postgres/fill.sh
cli_tests += %D%/postgres/grown.sh
cli_tests += %D%/postgres/halves.sh
cli_tests += %D%/postgres/kill.sh
cli_tests += %D%/postgres/mirrors.sh
cli_tests += %D%/postgres/neighbours.sh
cli_tests += %D%/postgres/oracle.sh
cli_tests += %D%/postgres/own_sql.sh
cli_tests += %D%/postgres/partitioned.sh
cli_tests += %D%/postgres/refusals.sh
cli_tests += %D%/postgres/pooler.sh
cli_tests += %D%/postgres/readers.sh
cli_tests += %D%/postgres/rehearse.sh
cli_tests += %D%/postgres/restart.sh
cli_tests += %D%/postgres/rivals.sh
cli_tests += %D%/postgres/schemas.sh
cli_tests += %D%/postgres/spelled.sh
cli_tests += %D%/postgres/throttle.sh
cli_tests += %D%/postgres/truncated.sh
cli_tests += %D%/postgres/writes.sh
cli_tests += %D%/traffic/mariadb.sh
cli_tests += %D%/traffic/postgres.sh
cli_tests += %D%/traffic/soak.sh
cli_tests += %D%/sqlite/oracle.sh
cli_tests += %D%/sqlite/names.sh
cli_tests += %D%/sqlite/objects.sh
cli_tests += %D%/sqlite/beside.sh
cli_tests += %D%/sqlite/grown.sh
cli_tests += %D%/sqlite/statements.sh
cli_tests += %D%/cli/database.sh

EXTRA_DIST += %D%/cli/formats %D%/cli/check_documents.py %D%/cli/read_yaml.py %D%/data
EXTRA_DIST += %D%/cli/files.sh %D%/cli/check_schema.py %D%/cli/schema_cannot_know.txt
EXTRA_DIST += %D%/cli/cases.sh %D%/cli/files.sh
EXTRA_DIST += %D%/cli/json.types.expected %D%/cli/json.rolled-back.expected

# One line a fuzz target: %D%/fuzz/fuzz_NAME reads %D%/fuzz/corpus/NAME.
fuzz_targets =
fuzz_targets += %D%/fuzz/fuzz_definition
fuzz_targets += %D%/fuzz/fuzz_load
fuzz_targets += %D%/fuzz/fuzz_sql

# What every program in check_PROGRAMS is linked with.
if ENABLE_FUZZING
LDADD = libzdm.a $(DEPENDENCY_LIBS) $(FUZZ_LIBS)
else
# A fuzz target takes the replayer's main out of the archive; a unit test has
# one of its own.
check_LIBRARIES += %D%/fuzz/libreplay.a
%C%_fuzz_libreplay_a_SOURCES = %D%/fuzz/replay_main.c
LDADD = $(testing_library) %D%/fuzz/libreplay.a libzdm.a $(DEPENDENCY_LIBS) $(CHECK_LIBS)
TESTS += $(fuzz_targets)
endif
check_PROGRAMS += $(fuzz_targets)

testing_library =
if HAVE_CHECK
testing_library += %D%/unit/libtesting.a
check_LIBRARIES += %D%/unit/libtesting.a
%C%_unit_libtesting_a_SOURCES = %D%/unit/testing.c %D%/unit/testing.h \
	%D%/unit/fixture.c %D%/unit/fixture.h \
	%D%/unit/random_migration.c %D%/unit/random_migration.h \
	%D%/unit/sync_pair.c %D%/unit/sync_pair.h \
	%D%/unit/sql_fixture.c %D%/unit/sql_fixture.h
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

# The rules on their cases and pages.
rule_tests = %D%/rules/rule_cases %D%/rules/mutate_rules
%C%_rules_rule_cases_SOURCES = %D%/rules/rule_cases.c %D%/rules/tap.h \
	%D%/rules/given.c %D%/rules/given.h
%C%_rules_rule_cases_LDADD = libzdm.a $(DEPENDENCY_LIBS)
%C%_rules_mutate_rules_SOURCES = %D%/rules/mutate_rules.c %D%/rules/tap.h \
	%D%/rules/given.c %D%/rules/given.h \
	%D%/rules/mutable_rules.c %D%/rules/mutable_rules.h \
	%D%/rules/mutation.c %D%/rules/mutation.h
%C%_rules_mutate_rules_LDADD = libzdm.a $(DEPENDENCY_LIBS)
check_PROGRAMS += $(rule_tests)
TESTS += $(rule_tests)

# Which case notices each way of breaking a rule; `make check` has the short form.
.PHONY: mutate-rules
mutate-rules: %D%/rules/mutate_rules
	ZDM_SRCDIR='$(abs_top_srcdir)' %D%/rules/mutate_rules --verbose

dist_check_SCRIPTS = $(cli_tests)
TESTS += $(cli_tests)

EXTRA_DIST += %D%/sqlite/zdm.py %D%/sqlite/oracle.py %D%/sqlite/known-differences.txt
EXTRA_DIST += %D%/postgres/rivals.py %D%/postgres/cuts.py %D%/postgres/proxy.py
EXTRA_DIST += %D%/postgres/restart.py %D%/postgres/writer.py %D%/postgres/failover.py
EXTRA_DIST += %D%/postgres/oracle.py %D%/postgres/kill.py %D%/postgres/names.yaml \
	%D%/postgres/mirrors.yaml %D%/postgres/blocking.py
EXTRA_DIST += %D%/sqlite/writer.py %D%/sqlite/writer_support.py \
	%D%/sqlite/writer_cases.py %D%/sqlite/writer_oracle.py \
	%D%/sqlite/cases-without-writers.txt %D%/sqlite/names.py \
	%D%/sqlite/beside.py %D%/sqlite/grown.py %D%/sqlite/statements.py \
	%D%/sqlite/objects.py

# Applications that go on while a table is migrated: one program an engine.
EXTRA_DIST += %D%/traffic/traffic.py %D%/traffic/live.sh %D%/traffic/applications.py \
	%D%/traffic/database.py %D%/traffic/kinds.py %D%/traffic/soak.py
traffic_programs =
if HAVE_POSTGRES
traffic_programs += %D%/traffic/traffic_postgres
endif
if HAVE_MARIADB
traffic_programs += %D%/traffic/traffic_mariadb
endif
check_PROGRAMS += $(traffic_programs)
%C%_traffic_traffic_postgres_SOURCES = %D%/traffic/traffic.c %D%/traffic/store.h \
	%D%/traffic/store_postgres.c
%C%_traffic_traffic_postgres_LDADD = $(GLIB_LIBS) $(LIBPQ_LIBS)
%C%_traffic_traffic_mariadb_SOURCES = %D%/traffic/traffic.c %D%/traffic/store.h \
	%D%/traffic/store_mariadb.c
%C%_traffic_traffic_mariadb_LDADD = $(GLIB_LIBS) $(LIBMARIADB_LIBS)

# The long form: 1,000,000 rows, 50,000 requests a minute and more, minutes a change.
traffic_tests = %D%/traffic/postgres.sh %D%/traffic/mariadb.sh
.PHONY: traffic
traffic: $(bin_PROGRAMS) $(traffic_programs)
	ZDM_TRAFFIC_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(traffic_tests)' VERBOSE=1

# Traffic and kills, until the time is over.
ZDM_SOAK_ENGINE = postgres mariadb
ZDM_SOAK_SECONDS = 600
.PHONY: soak
soak: $(bin_PROGRAMS) $(traffic_programs)
	@ZDM_SEED=$${ZDM_SEED-$$(date +%s)}; ZDM_SOAK_SECONDS='$(ZDM_SOAK_SECONDS)'; export ZDM_SOAK_SECONDS; \
	$(AM_TESTS_ENVIRONMENT) \
	for ZDM_SOAK_ENGINE in $(ZDM_SOAK_ENGINE); do \
	  export ZDM_SOAK_ENGINE; \
	  $(SHELL) '$(srcdir)/%D%/traffic/soak.sh' || exit 1; \
	done

# Crashes, faults and rivals on SQLite.  The library is for LD_PRELOAD, nothing is linked
# with it; where it cannot be built, the tests that need it say so.
crash_tests =
crash_tests += %D%/sqlite/crash_errors.sh
crash_tests += %D%/sqlite/crash_kills.sh
crash_tests += %D%/sqlite/crash_refusals.sh
crash_tests += %D%/sqlite/crash_rivals.sh
dist_check_SCRIPTS += $(crash_tests)
TESTS += $(crash_tests)
EXTRA_DIST += %D%/sqlite/crash.sh %D%/sqlite/crash_support.py $(crash_tests:.sh=.py) \
	%D%/faults/faults.c
fault_library = %D%/faults/faults.so
check_DATA = $(fault_library)
CLEANFILES += $(fault_library)

$(fault_library): $(srcdir)/%D%/faults/faults.c
	@$(MKDIR_P) %D%/faults
	$(AM_V_CC)$(CC) -std=c11 -O1 -g -I. -shared -fPIC -o $@ '$(srcdir)/%D%/faults/faults.c' \
	  || { rm -f $@; echo 'faults.so cannot be built here: its tests are skipped' >&2; }

# The long form: every case, every call, 200 random moments.
.PHONY: crash-matrix
crash-matrix: $(bin_PROGRAMS) $(fault_library)
	ZDM_CRASH_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(crash_tests)'

EXTRA_DIST += %D%/sqlite/meddle.py
EXTRA_DIST += %D%/unit/transform_testing.h %D%/unit/type_testing.h
EXTRA_DIST += %D%/unit/expression_testing.h %D%/unit/postgres_testing.h
EXTRA_DIST += %D%/servers/process.sh %D%/servers/postgres.sh %D%/servers/mariadb.sh \
	%D%/servers/pgbouncer.sh %D%/servers/galera.sh
EXTRA_DIST += %D%/unit/expression_texts.h %D%/unit/mariadb_testing.h
EXTRA_DIST += %D%/mariadb/cuts.py %D%/mariadb/failover.py %D%/mariadb/galera.py \
	%D%/mariadb/restart.py %D%/mariadb/rivals.py
EXTRA_DIST += %D%/mariadb/galera.py %D%/mariadb/galera_kill.py %D%/mariadb/galera_lost.py \
	%D%/mariadb/galera_oracle.py %D%/mariadb/cluster.py %D%/mariadb/nodes.py
EXTRA_DIST += %D%/mariadb/cuts.py %D%/mariadb/restart.py %D%/mariadb/rivals.py
EXTRA_DIST += %D%/mariadb/oracle.py %D%/mariadb/kill.py %D%/mariadb/bigint.yaml \
	%D%/mariadb/mirrors.yaml %D%/mariadb/server.py %D%/mariadb/cut.py \
	%D%/mariadb/client.sh
EXTRA_DIST += %D%/README.md %D%/lib.sh %D%/bench/bench.sh \
	%D%/bench/sqlite.sh %D%/bench/postgres.sh %D%/bench/mariadb.sh \
	%D%/bench/plain_dictionaries.py %D%/cases %D%/fuzz/corpus

TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)

# A stray variable of the caller must not reach a test; a GLib critical fails
# the test that caused it.
AM_TESTS_ENVIRONMENT = \
	unset ZDM_DATABASE_URL DATABASE_URL NO_COLOR GITHUB_ACTIONS; \
	LC_ALL=C.UTF-8; export LC_ALL; \
	TZ=UTC; export TZ; \
	CK_TAP_LOG_FILE_NAME=-; export CK_TAP_LOG_FILE_NAME; \
	CK_VERBOSITY=silent; export CK_VERBOSITY; \
	CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT-30}; export CK_DEFAULT_TIMEOUT; \
	ZDM_SEED=$${ZDM_SEED-1}; export ZDM_SEED; \
	G_DEBUG=fatal-criticals; export G_DEBUG; \
	G_SLICE=always-malloc; export G_SLICE; \
	ASAN_OPTIONS=$${ASAN_OPTIONS-detect_leaks=1:strict_string_checks=1}; export ASAN_OPTIONS; \
	UBSAN_OPTIONS=$${UBSAN_OPTIONS-print_stacktrace=1}; export UBSAN_OPTIONS; \
	ZDM_RUN='$(abs_top_builddir)/zdm-run$(EXEEXT)'; export ZDM_RUN; \
	ZDM_TRAFFIC='$(abs_top_builddir)/%D%/traffic/traffic'; export ZDM_TRAFFIC; \
	ZDM_FAULTS='$(abs_top_builddir)/$(fault_library)'; export ZDM_FAULTS; \
	ZDM_SRCDIR='$(abs_top_srcdir)'; export ZDM_SRCDIR;

# Memcheck follows Check's fork, so a leak is charged to the test it is in.
VALGRIND = valgrind
VALGRIND_FLAGS = --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect \
	--show-leak-kinds=definite,indirect --error-exitcode=99 --num-callers=30

.PHONY: check-valgrind
check-valgrind:
if ENABLE_SANITIZERS
	@echo 'check-valgrind: configure without --enable-sanitizers' >&2; exit 1
else
	@command -v $(VALGRIND) >/dev/null || { echo 'check-valgrind: valgrind is not installed' >&2; exit 1; }
	CK_TIMEOUT_MULTIPLIER=20 $(MAKE) $(AM_MAKEFLAGS) check \
	  TESTS='$(unit_tests) $(fuzz_targets)' \
	  LOG_COMPILER='$(VALGRIND) $(VALGRIND_FLAGS)'
endif

# What other processes do to a run, and when: it says the same of every build.
timed_tests = %D%/sqlite/crash_kills.sh %D%/sqlite/crash_rivals.sh %D%/sqlite/writer.sh \
	%D%/postgres/blocked.sh %D%/postgres/cuts.sh %D%/postgres/failover.sh \
	%D%/postgres/kill.sh %D%/postgres/pooler.sh %D%/postgres/readers.sh %D%/postgres/restart.sh \
	%D%/postgres/rivals.sh %D%/postgres/throttle.sh %D%/mariadb/blocked.sh \
	%D%/mariadb/cuts.sh %D%/mariadb/drops.sh %D%/mariadb/failover.sh \
	%D%/mariadb/galera.sh %D%/mariadb/kill.sh %D%/mariadb/readers.sh %D%/mariadb/restart.sh \
	%D%/mariadb/rivals.sh %D%/mariadb/throttle.sh $(traffic_tests) %D%/traffic/soak.sh

.PHONY: check-untimed distcheck-serverless
check-untimed:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(filter-out $(timed_tests),$(TESTS))'

distcheck-serverless:
	$(MAKE) $(AM_MAKEFLAGS) distcheck TESTS='$(filter-out $(timed_tests) \
	  %D%/postgres/% %D%/mariadb/%,$(TESTS))'

# Built for `make bench` only.
bench_programs = %D%/bench/bench_load %D%/bench/bench_process %D%/bench/bench_engine \
	%D%/bench/bench_sql %D%/bench/bench_yaml %D%/bench/bench_locks
EXTRA_PROGRAMS = $(bench_programs)
%C%_bench_bench_load_SOURCES = %D%/bench/bench_load.c %D%/bench/bench.h
%C%_bench_bench_load_LDADD = libzdm.a $(DEPENDENCY_LIBS)
%C%_bench_bench_process_SOURCES = %D%/bench/bench_process.c %D%/bench/bench.h
%C%_bench_bench_process_LDADD = $(GLIB_LIBS)
%C%_bench_bench_engine_SOURCES = %D%/bench/bench_engine.c %D%/bench/bench.h
%C%_bench_bench_engine_LDADD = libzdm.a $(DEPENDENCY_LIBS)
%C%_bench_bench_sql_SOURCES = %D%/bench/bench_sql.c %D%/bench/bench.h
%C%_bench_bench_sql_LDADD = libzdm.a $(DEPENDENCY_LIBS)
%C%_bench_bench_locks_SOURCES = %D%/bench/bench_locks.c %D%/bench/bench.h
%C%_bench_bench_locks_LDADD = libzdm.a $(DEPENDENCY_LIBS)
%C%_bench_bench_yaml_SOURCES = %D%/bench/bench_yaml.c %D%/bench/bench.h
%C%_bench_bench_yaml_LDADD = $(GLIB_LIBS) $(YAML_LIBS)
CLEANFILES += $(bench_programs)

# Figures, each beside its goal: see doc/performance.md.
.PHONY: bench
bench: $(bin_PROGRAMS) $(bench_programs)
	ZDM_RUN='$(abs_top_builddir)/zdm-run$(EXEEXT)' ZDM_SRCDIR='$(abs_top_srcdir)' \
	  BENCH_PROGRAMS='$(abs_top_builddir)/%D%/bench' \
	  $(SHELL) $(srcdir)/%D%/bench/bench.sh

# libFuzzer writes what it finds into the first folder it is given: a scratch
# one, so that the seeds stay as they are.
FUZZ_SECONDS = 60

.PHONY: fuzz
if ENABLE_FUZZING
fuzz: $(fuzz_targets)
	@for target in $(fuzz_targets); do \
	  name=$${target##*/fuzz_}; \
	  $(MKDIR_P) fuzz-scratch/$$name || exit 1; \
	  echo "fuzz: $$name for $(FUZZ_SECONDS) s"; \
	  G_SLICE=always-malloc ./$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	    -verbosity=0 -artifact_prefix=fuzz-scratch/$$name. \
	    fuzz-scratch/$$name '$(srcdir)/%D%/fuzz/corpus/'$$name || exit 1; \
	done
else
fuzz:
	$(MKDIR_P) fuzz-build
	test -f fuzz-build/Makefile || { cd fuzz-build \
	  && '$(abs_top_srcdir)/configure' -q CC=clang --enable-fuzzing --enable-sanitizers; }
	cd fuzz-build && $(MAKE) $(AM_MAKEFLAGS) fuzz FUZZ_SECONDS='$(FUZZ_SECONDS)'
endif

# Lines of src/ that the tests run, in a build of its own.
COVERAGE_MIN = 90

.PHONY: coverage
coverage:
	@command -v gcovr >/dev/null || { echo 'coverage: gcovr is not installed' >&2; exit 1; }
	$(MKDIR_P) coverage-build
	test -f coverage-build/Makefile || { cd coverage-build \
	  && '$(abs_top_srcdir)/configure' -q --enable-coverage --enable-tests=yes; }
	find coverage-build -name '*.gcda' -exec rm -f {} +
	cd coverage-build && $(MAKE) $(AM_MAKEFLAGS) check
	source=$$(cd '$(abs_top_srcdir)' && pwd) && cd coverage-build \
	  && gcovr --root "$$source" --filter "$$source/src/" \
	  --object-directory . --fail-under-line '$(COVERAGE_MIN)' .

clean-local:
	rm -rf fuzz-build fuzz-scratch coverage-build
