# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += \
	%D%/bind.c %D%/bind.h \
	%D%/database.c %D%/database.h \
	%D%/migration.c %D%/migration.h \
	%D%/operation.c %D%/operation.h \
	%D%/plan.c %D%/plan.h \
	%D%/shape.c %D%/shape.h %D%/shape_ops.h \
	%D%/shape_column.c \
	%D%/shape_constraint.c \
	%D%/shape_table.c \
	%D%/table.c %D%/table.h \
	%D%/table_diff.c
