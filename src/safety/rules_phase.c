/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM001 to ZDM099: rules about the file, its phases and its clients.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_PHASES[] = {
  {
      .id = "ZDM001-no-steps",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "The migration does nothing",
      .help
      = "A file without a change or a step is most often unfinished. Add a `change`, or "
        "remove the file.",
      .check = rule_no_steps,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM002-contract-without-expand",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step takes something away and nothing was put in its place",
      .help
      = "Old clients still use what the step takes away, and its values are lost. Put "
        "the new shape in place by an expanding step first; or write it as a change "
        "(`change: { drop_column: … }`), which says that the loss is meant.",
      .check = rule_contract_without_expand,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM003-phase-order",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step stands after a step of a later phase",
      .help
      = "Old and new clients work side by side only when everything expands, then "
        "everything migrates, then everything contracts. Move the step up, or put it "
        "into a migration of its own.",
      .check = rule_phase_order,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM004-too-many-steps",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "More than 10 steps or changes in one migration",
      .help
      = "A long migration keeps both shapes alive for long, and one failure undoes all "
        "of it. Several small files, each with one purpose, can be contracted one by "
        "one.",
      .check = rule_too_many_steps,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM005-contract-without-backfill",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step drops values that no step has copied",
      .help
      = "Rows written before the migration have their values only in what is dropped. "
        "Add a migrating step that fills the new column (`backfill`), or write the drop "
        "as a change, which says that the loss is meant.",
      .check = rule_contract_without_backfill,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM006-unknown-allow",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "An `allow` names no rule",
      .help = "Such an entry allows nothing. `zdm-run explain` lists the rules.",
      .check = rule_unknown_allow,
      .runs_last = TRUE,
  },
  {
      .id = "ZDM007-unused-allow",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "An `allow` has nothing to allow",
      .help
      = "What it excused is gone; left in place it would hide the next finding of that "
        "rule. Remove the entry.",
      .check = rule_unused_allow,
      .runs_last = TRUE,
  },
  { .id = NULL },
};
