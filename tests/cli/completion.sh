#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run completion: bash completes by it, and all shells know all verbs and options.
# shellcheck disable=SC1091,SC2154  # lib.sh is in the source tree, scratch is its
if [ -z "${BASH_VERSION-}" ] && command -v bash >/dev/null; then exec bash "$0"; fi
. "$ZDM_SRCDIR/tests/lib.sh"

type complete >/dev/null 2>&1 || skip_all 'there is no bash that completes'
mkdir bin && ln -s "$ZDM_RUN" bin/zdm-run && PATH=$PWD/bin:$PATH
# shellcheck disable=SC1090  # made here
source <("$ZDM_RUN" completion bash)
check 'bash knows the command' sh -c 'test "$1" = "complete -F _zdm_run zdm-run"' sh \
  "$(complete -p zdm-run)"

# completes WORDS EXPECTED: the words after the command, the last one being completed.
completes () {
  # shellcheck disable=SC2206  # a list of words
  COMP_WORDS=(zdm-run $1)
  [[ $1 == *' ' || -z $1 ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _zdm_run zdm-run
  local found
  found=$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd' ')
  if [[ $found == "$2" ]]; then
    ok "completes '$1'"
  else
    not_ok "completes '$1'"
    echo "# got '$found', expected '$2'"
  fi
}

touch one.yaml two.yaml
completes 're' 'rehearse'
completes 'p' 'plan'
completes 'o' 'one.yaml'
completes '' 'abort bin completion continue contract explain history new one.yaml plan rehearse schema status two.yaml verify'
completes 'con' 'continue contract'
completes 'abort --a' '--accept-loss'
completes 'abort t' 'two.yaml'
completes 'status o' ''
completes 'plan ' 'bin one.yaml two.yaml'
completes 'one.yaml t' 'two.yaml'
completes '--fail' '--fail-at --fail-on'
completes 'plan --fail' '--fail-on'
completes 'plan --u' '--url'
completes '--u' '--until --url'
completes '-u o' ''
completes '--format ' 'github gitlab json junit sarif text'
completes '--format = j' 'json junit'
completes '--format = ' 'github gitlab json junit sarif text'
completes '--format json p' 'plan'
completes '--format = json p' 'plan'
completes 'plan --fail-on n' 'never'
completes '-o o' 'one.yaml'
completes '--fail-at ' ''
completes 'completion ' 'bash fish zsh'
completes 'explain ZDM001' 'ZDM001-no-steps'
completes 'schema ' ''

check_exit 2 'an unknown shell' "$ZDM_RUN" completion tcsh
expect_stderr_has "no completion for 'tcsh'; there is bash zsh fish"

for shell in zsh fish; do
  check_exit 0 "$shell" "$ZDM_RUN" completion "$shell"
  command -v "$shell" >/dev/null || continue
  check "$shell reads it" "$shell" -n "$scratch/stdout"
done

# fish_completes WORDS EXPECTED: as completes, for fish.
fish_completes () {
  check "fish completes '$1'" test "$2" = "$(fish --no-config -c \
    "source fish.txt; complete -C 'zdm-run $1'" | cut -f1 | LC_ALL=C sort | paste -sd' ')"
}

if command -v fish >/dev/null; then
  "$ZDM_RUN" completion fish >fish.txt
  fish_completes 'pl' 'plan'
  fish_completes 'plan --f' '--fail-on --format'
  fish_completes '--format ' 'github gitlab json junit sarif text'
  fish_completes 'completion ' 'bash fish zsh'
  fish_completes 'explain ZDM001' 'ZDM001-no-steps'
fi

done_testing
