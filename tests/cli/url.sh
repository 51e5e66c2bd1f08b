#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# --url and the options that go with it: usage, the environment, and that no password is
# ever shown.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

# expect_no_canary: the password is in neither stream of the last command.
expect_no_canary () {
  check 'it shows no password' sh -c '! grep -qi canary "$1/stdout" "$1/stderr"' sh "$scratch"
}

check_exit 2 'an unknown scheme' "$ZDM_RUN" --url oracle://u:canary@h/db rename.yaml
expect_stderr_has "zdm-run: --url: 'oracle:' is no kind of database: expected sqlite:PATH"
expect_no_stdout
expect_no_canary
check_exit 2 'a scheme with a typing error' "$ZDM_RUN" plan -u postgrs://u:canary@h/db rename.yaml
expect_stderr_has "did you mean 'postgres:'?"
expect_no_canary
check_exit 2 'no scheme' "$ZDM_RUN" --url 'host=h password=canary' rename.yaml
expect_stderr_has '--url: that is no URL of a database: expected sqlite:PATH'
expect_no_canary
check_exit 2 'a user for a scheme' "$ZDM_RUN" --url u:canary@h/db rename.yaml
expect_no_canary
check_exit 2 'a server without slashes' "$ZDM_RUN" --url postgres:u:canary@h/db rename.yaml
expect_stderr_has "'//' and a server follows 'postgres:'"
expect_no_canary

# What looks like a URL in the wrong place is not repeated either.
for word in postgres://u:canary@h/db 'postgres://h/db?password=canary' mysql://u:canary@h; do
  check_exit 2 'a URL for a file' "$ZDM_RUN" rename.yaml "$word"
  expect_stderr_has "is a database and no file: say --url"
  expect_no_canary
  check_exit 2 'a URL for the first file' "$ZDM_RUN" "$word"
  expect_no_canary
  check_exit 2 'a URL for another argument' "$ZDM_RUN" schema "$word"
  expect_no_canary
  check_exit 2 'a misspelt --url' "$ZDM_RUN" "--ur=$word" rename.yaml
  expect_stderr_has "unknown option '--ur="
  expect_no_canary
  check_exit 2 'an unknown letter' "$ZDM_RUN" "-U$word" rename.yaml
  expect_no_canary
  check_exit 2 'a URL for a phase' "$ZDM_RUN" --until "$word" rename.yaml
  expect_no_canary
  check_exit 2 'a URL for a time' "$ZDM_RUN" --url sqlite:x --wait-lock "$word" rename.yaml
  expect_no_canary
done

check_exit 2 'no variable' "$ZDM_RUN" --url env rename.yaml
expect_stderr_has '--url env: neither ZDM_DATABASE_URL nor DATABASE_URL is set'
check_exit 2 'an empty variable' env ZDM_DATABASE_URL= DATABASE_URL=sqlite:x "$ZDM_RUN" --url env rename.yaml
expect_stderr_has '--url env: ZDM_DATABASE_URL is empty'
check_exit 2 'the second one is empty' env DATABASE_URL= "$ZDM_RUN" --url env rename.yaml
expect_stderr_has '--url env: DATABASE_URL is empty'
check_exit 2 'a variable is checked as well' env ZDM_DATABASE_URL=orcl:canary "$ZDM_RUN" -u env rename.yaml
expect_stderr_has "--url env: ZDM_DATABASE_URL: 'orcl:' is no kind of database"
expect_no_canary
check_exit 2 'the second variable' env DATABASE_URL=orcl:canary "$ZDM_RUN" -u env rename.yaml
expect_stderr_has "--url env: DATABASE_URL: 'orcl:' is no kind of database"
check_exit 2 'the first variable wins' env ZDM_DATABASE_URL=orcl:x DATABASE_URL=sqlite:x \
  "$ZDM_RUN" -u env rename.yaml
expect_stderr_has 'ZDM_DATABASE_URL'
check_exit 0 'nobody asked for it' env ZDM_DATABASE_URL=orcl:x DATABASE_URL=orcl:x \
  "$ZDM_RUN" rename.yaml
expect_stdout_has 'Phase: COMPLETE'
check_exit 2 'a file called env is no wish' "$ZDM_RUN" --url ENV rename.yaml

for option in '--seed-data' '--lock-timeout 2s' '--wait-lock 5m' '--batch-size 10' '--max-lag 5s' \
  '--max-load 10'; do
  # shellcheck disable=SC2086  # a list of words
  check_exit 2 "$option without a database" "$ZDM_RUN" $option rename.yaml
  expect_stderr_has 'is for a run on a database: say --url as well'
done
for bad in '--lock-timeout x' '--lock-timeout 1.5s' '--wait-lock 1h' '--wait-lock=' '--batch-size 0' \
  '--batch-size -1' '--max-lag 5x' '--max-load 0'; do
  # shellcheck disable=SC2086  # a list of words
  check_exit 2 "refuses $bad" "$ZDM_RUN" --url sqlite:x $bad rename.yaml
  expect_stderr_has 'it takes'
done
check 'nothing was created' test ! -e x

: >lag.db
for option in '--max-lag 5s' '--max-load 10'; do
  # shellcheck disable=SC2086  # a list of words
  check_exit 2 "$option where there is nothing to look at" "$ZDM_RUN" --url sqlite:lag.db $option rename.yaml
  expect_stderr_has "${option% *}: neither replicas nor load are looked at on sqlite"
done

check_exit 2 'a plan seeds nothing' "$ZDM_RUN" plan --url sqlite:x --seed-data rename.yaml
expect_stderr_has "--seed-data does not go with 'plan'"
check_exit 2 'a rehearsal seeds nothing' "$ZDM_RUN" rehearse --url sqlite:x --seed-data rename.yaml
expect_stderr_has "--seed-data does not go with 'rehearse'"

done_testing
