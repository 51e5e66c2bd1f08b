#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Time of one start of the program.
set -eu

n_runs=100
start_ns=$(date +%s%N)
i=0
while [ "$i" -lt "$n_runs" ]; do
  "$ZDM_RUN" --version >/dev/null
  i=$((i + 1))
done
end_ns=$(date +%s%N)

echo "start: $(((end_ns - start_ns) / n_runs / 1000)) us"
