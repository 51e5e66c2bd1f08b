/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/phase.h"
#include "testing.h"

TEST (phase_order__is_the_five_phases_of_a_success)
{
  ck_assert_str_eq (migration_phase_to_string (PHASE_ORDER[0]), "PENDING");
  ck_assert_str_eq (migration_phase_to_string (PHASE_ORDER[1]), "EXPANDING");
  ck_assert_str_eq (migration_phase_to_string (PHASE_ORDER[2]), "MIGRATING");
  ck_assert_str_eq (migration_phase_to_string (PHASE_ORDER[3]), "CONTRACTING");
  ck_assert_str_eq (migration_phase_to_string (PHASE_ORDER[4]), "COMPLETE");
}

TEST (migration_phase_from_string__reads_both_spellings_in_any_case)
{
  for (guint i = 0; i < N_MIGRATION_PHASES; i++)
    {
      MigrationPhase phase = N_MIGRATION_PHASES;

      ck_assert (migration_phase_from_string (migration_phase_to_word (i), &phase));
      ck_assert_uint_eq (phase, i);
      ck_assert (migration_phase_from_string (migration_phase_to_string (i), &phase));
      ck_assert_uint_eq (phase, i);
    }
}

TEST (migration_phase_from_string__refuses_other_words)
{
  MigrationPhase phase;

  ck_assert (!migration_phase_from_string ("", &phase));
  ck_assert (!migration_phase_from_string ("expand", &phase));
  ck_assert (!migration_phase_from_string ("expanding ", &phase));
}

TEST (migration_phase_can_follow__goes_forward_only)
{
  for (guint i = 0; i < 5; i++)
    for (guint j = 0; j < 5; j++)
      ck_assert_int_eq (migration_phase_can_follow (PHASE_ORDER[i], PHASE_ORDER[j]),
                        j > i);
}

TEST (migration_phase_can_follow__rolls_back_from_anywhere_once)
{
  for (guint i = 0; i < 5; i++)
    {
      ck_assert (
          migration_phase_can_follow (PHASE_ORDER[i], MIGRATION_PHASE_ROLLED_BACK));
      ck_assert (
          !migration_phase_can_follow (MIGRATION_PHASE_ROLLED_BACK, PHASE_ORDER[i]));
    }
  ck_assert (!migration_phase_can_follow (MIGRATION_PHASE_ROLLED_BACK,
                                          MIGRATION_PHASE_ROLLED_BACK));
}

TEST_MAIN ("model/phase", phase_order__is_the_five_phases_of_a_success,
           migration_phase_from_string__reads_both_spellings_in_any_case,
           migration_phase_from_string__refuses_other_words,
           migration_phase_can_follow__goes_forward_only,
           migration_phase_can_follow__rolls_back_from_anywhere_once)
