# SPDX-License-Identifier: Apache-2.0
#
# The folder is distributed whole. A manual page is installed by one line:
# dist_man_MANS += %D%/zdm-run.1

dist_man_MANS += %D%/zdm-run.1
dist_man_MANS += %D%/zdm-migration.5
dist_man_MANS += %D%/zdm.yaml.5

EXTRA_DIST += doc
