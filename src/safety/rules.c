/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of rules.  An id never changes and is never given to another rule.
 *
 * The rules about `allow` stand last: they look at what the others have used.
 */
#include "config.h"

#include <string.h>

#include "safety/context.h"

const SafetyRule SAFETY_RULES[] = {
  {
      .id = "ZDM001-no-steps",
      .severity = SEVERITY_WARNING,
      .engines = "all",
      .summary = "The migration does nothing",
      .help
      = "A file without a change or a step is most often unfinished. Add a `change`, or "
        "remove the file.",
      .check = rule_no_steps,
  },
  {
      .id = "ZDM002-contract-without-expand",
      .severity = SEVERITY_ERROR,
      .engines = "all",
      .summary = "A step takes something away and nothing was put in its place",
      .help
      = "Old clients still use what the step takes away, and its values are lost. Put "
        "the new shape in place by an expanding step first; or write it as a change "
        "(`change: { drop_column: … }`), which says that the loss is meant.",
      .check = rule_contract_without_expand,
  },
  {
      .id = "ZDM003-phase-order",
      .severity = SEVERITY_ERROR,
      .engines = "all",
      .summary = "A step stands after a step of a later phase",
      .help
      = "Old and new clients work side by side only when everything expands, then "
        "everything migrates, then everything contracts. Move the step up, or put it "
        "into a migration of its own.",
      .check = rule_phase_order,
  },
  {
      .id = "ZDM004-too-many-steps",
      .severity = SEVERITY_WARNING,
      .engines = "all",
      .summary = "More than 10 steps or changes in one migration",
      .help
      = "A long migration keeps both shapes alive for long, and one failure undoes all "
        "of it. Several small files, each with one purpose, can be contracted one by "
        "one.",
      .check = rule_too_many_steps,
  },
  {
      .id = "ZDM005-contract-without-backfill",
      .severity = SEVERITY_ERROR,
      .engines = "all",
      .summary = "A step drops values that no step has copied",
      .help
      = "Rows written before the migration have their values only in what is dropped. "
        "Add a migrating step that fills the new column (`backfill`), or write the drop "
        "as a change, which says that the loss is meant.",
      .check = rule_contract_without_backfill,
  },
  {
      .id = "ZDM006-unknown-allow",
      .severity = SEVERITY_WARNING,
      .engines = "all",
      .summary = "An `allow` names no rule",
      .help = "Such an entry allows nothing. `zdm-run explain` lists the rules.",
      .check = rule_unknown_allow,
  },
  {
      .id = "ZDM007-unused-allow",
      .severity = SEVERITY_WARNING,
      .engines = "all",
      .summary = "An `allow` has nothing to allow",
      .help
      = "What it excused is gone; left in place it would hide the next finding of that "
        "rule. Remove the entry.",
      .check = rule_unused_allow,
  },
  { .id = NULL },
};

/* "ZDM001" of "ZDM001-no-steps". */
static gsize
code_length (const char *id)
{
  return strcspn (id, "-");
}

const SafetyRule *
safety_rule_find (const char *id)
{
  for (const SafetyRule *rule = SAFETY_RULES; rule->id != NULL; rule++)
    {
      gsize length = code_length (rule->id);
      if (g_ascii_strcasecmp (id, rule->id) == 0
          || (strlen (id) == length && g_ascii_strncasecmp (id, rule->id, length) == 0))
        return rule;
    }
  return NULL;
}
