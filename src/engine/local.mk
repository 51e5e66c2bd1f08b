# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h
libzdm_a_SOURCES += %D%/engine.c %D%/engine.h
libzdm_a_SOURCES += %D%/memory/apply.c %D%/memory/apply.h
libzdm_a_SOURCES += %D%/memory/backfill.c %D%/memory/backfill.h
libzdm_a_SOURCES += %D%/memory/cross_sync.c %D%/memory/cross_sync.h
libzdm_a_SOURCES += %D%/memory/gate.c %D%/memory/gate.h
libzdm_a_SOURCES += %D%/memory/live_index.c %D%/memory/live_index.h
libzdm_a_SOURCES += %D%/memory/lookup.c %D%/memory/lookup.h
libzdm_a_SOURCES += %D%/memory/lookup_sync.c %D%/memory/lookup_sync.h
libzdm_a_SOURCES += %D%/memory/memory.c %D%/memory/memory.h
libzdm_a_SOURCES += %D%/memory/repair.c %D%/memory/repair.h
libzdm_a_SOURCES += %D%/memory/row_index.c %D%/memory/row_index.h
libzdm_a_SOURCES += %D%/memory/row_sync.c %D%/memory/row_sync.h
libzdm_a_SOURCES += %D%/memory/unwind.c %D%/memory/unwind.h
libzdm_a_SOURCES += %D%/memory/verify.c %D%/memory/verify.h
libzdm_a_SOURCES += %D%/memory/write.c %D%/memory/write.h
libzdm_a_SOURCES += %D%/memory/write_set.c %D%/memory/write_set.h
libzdm_a_SOURCES += %D%/sql/action.c %D%/sql/action.h
libzdm_a_SOURCES += %D%/sql/sql_engine.h
libzdm_a_SOURCES += %D%/sqlite/token.c %D%/sqlite/token.h
libzdm_a_SOURCES += %D%/sqlite/definition.c %D%/sqlite/definition.h
libzdm_a_SOURCES += %D%/sqlite/definition_parse.c %D%/sqlite/definition_parse.h
libzdm_a_SOURCES += %D%/sqlite/definition_patch.c %D%/sqlite/definition_patch.h
libzdm_a_SOURCES += %D%/sqlite/definition_edit.c
libzdm_a_SOURCES += %D%/sqlite/definition_rename.c
