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
libzdm_a_SOURCES += %D%/arena.c %D%/arena.h
libzdm_a_SOURCES += %D%/column.c %D%/column.h
libzdm_a_SOURCES += %D%/constraint.c %D%/constraint.h
libzdm_a_SOURCES += %D%/decimal.c %D%/decimal.h
libzdm_a_SOURCES += %D%/diagnostic.c %D%/diagnostic.h
libzdm_a_SOURCES += %D%/error.c %D%/error.h
libzdm_a_SOURCES += %D%/json_text.c %D%/json_text.h
libzdm_a_SOURCES += %D%/literal.c %D%/literal.h
libzdm_a_SOURCES += %D%/nearest_name.c
libzdm_a_SOURCES += %D%/number.c %D%/number.h
libzdm_a_SOURCES += %D%/phase.c %D%/phase.h
libzdm_a_SOURCES += %D%/text.c %D%/text.h
libzdm_a_SOURCES += %D%/timestamp.c %D%/timestamp.h
libzdm_a_SOURCES += %D%/transform.c %D%/transform.h
libzdm_a_SOURCES += %D%/transform_bind.c
libzdm_a_SOURCES += %D%/transform_choose.c
libzdm_a_SOURCES += %D%/transform_compose.c
libzdm_a_SOURCES += %D%/transform_stage.h
libzdm_a_SOURCES += %D%/transform_text.c
libzdm_a_SOURCES += %D%/type.c %D%/type.h
libzdm_a_SOURCES += %D%/type_cast.c
libzdm_a_SOURCES += %D%/type_error.h
libzdm_a_SOURCES += %D%/type_io.c
libzdm_a_SOURCES += %D%/value.c %D%/value.h
libzdm_a_SOURCES += %D%/vector.c %D%/vector.h
