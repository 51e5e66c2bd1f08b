# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h
libzdm_a_SOURCES += %D%/executor.c %D%/executor.h
