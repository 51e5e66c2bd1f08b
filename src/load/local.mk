# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += \
	%D%/load.c \
	%D%/load_client.c \
	%D%/load_column.c \
	%D%/load_column_change.c \
	%D%/load_constraint.c \
	%D%/load_constraint_change.c \
	%D%/load_file.c \
	%D%/load_generate.c \
	%D%/load_index.c \
	%D%/load_lookup.c \
	%D%/load_operation.c \
	%D%/load_rows.c \
	%D%/load_rows_change.c \
	%D%/load_table.c \
	%D%/load_table_change.c \
	%D%/load_transform.c \
	%D%/load_type.c \
	%D%/node.c \
	%D%/reader.c \
	%D%/scalar.c \
	%D%/load.h \
	%D%/load_client.h \
	%D%/load_column.h \
	%D%/load_constraint.h \
	%D%/load_keys.h \
	%D%/load_operation.h \
	%D%/load_rows.h \
	%D%/load_table.h \
	%D%/load_transform.h \
	%D%/load_type.h \
	%D%/node.h \
	%D%/reader.h \
	%D%/scalar.h
