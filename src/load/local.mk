# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/checksum.c %D%/checksum.h
libzdm_a_SOURCES += %D%/load.c %D%/load.h
libzdm_a_SOURCES += %D%/load_client.c %D%/load_client.h
libzdm_a_SOURCES += %D%/load_column.c %D%/load_column.h
libzdm_a_SOURCES += %D%/load_column_change.c
libzdm_a_SOURCES += %D%/load_constraint.c %D%/load_constraint.h
libzdm_a_SOURCES += %D%/load_constraint_change.c
libzdm_a_SOURCES += %D%/load_file.c
libzdm_a_SOURCES += %D%/load_generate.c
libzdm_a_SOURCES += %D%/load_index.c
libzdm_a_SOURCES += %D%/load_keys.c %D%/load_keys.h
libzdm_a_SOURCES += %D%/load_lookup.c
libzdm_a_SOURCES += %D%/load_operation.c %D%/load_operation.h
libzdm_a_SOURCES += %D%/load_rows.c %D%/load_rows.h
libzdm_a_SOURCES += %D%/load_rows_change.c
libzdm_a_SOURCES += %D%/load_table.c %D%/load_table.h
libzdm_a_SOURCES += %D%/load_table_change.c
libzdm_a_SOURCES += %D%/load_transform.c %D%/load_transform.h
libzdm_a_SOURCES += %D%/load_type.c %D%/load_type.h
libzdm_a_SOURCES += %D%/node.c %D%/node.h
libzdm_a_SOURCES += %D%/pattern.c %D%/pattern.h
libzdm_a_SOURCES += %D%/reader.c %D%/reader.h
libzdm_a_SOURCES += %D%/scalar.c %D%/scalar.h
libzdm_a_SOURCES += %D%/load_project.c %D%/load_project.h
libzdm_a_SOURCES += %D%/span.c %D%/span.h
