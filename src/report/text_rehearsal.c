/* SPDX-License-Identifier: Apache-2.0
 *
 * A rehearsal: which client works at which boundary, which law holds.
 */
#include "config.h"

#include "report/printable.h"
#include "report/report.h"
#include "report/style.h"

#define ROW_WIDTH 60u
#define CLIENT_WIDTH 20u

typedef struct
{
  const char *text;
  Role role;
} Mark;

static const Mark MARKS[] = {
  [REHEARSAL_INACTIVE] = { "–", ROLE_FAINT },
  [REHEARSAL_GREEN] = { "ok", ROLE_GOOD },
  [REHEARSAL_RED] = { "FAIL", ROLE_ERROR },
};

static const Mark *
law_mark (const RehearsalLaw *law)
{
  return &MARKS[law->holds ? REHEARSAL_GREEN : REHEARSAL_RED];
}

static char *
boundary_label (const MigrationPlan *plan, guint boundary)
{
  if (boundary == 0)
    return g_strdup ("start");

  const MigrationStep *step = migration_plan_step (plan, boundary - 1);
  g_autofree char *label
      = g_strdup_printf ("%u %s %s", step->index, migration_phase_to_string (step->phase),
                         step->description);
  return printable_cut (label, -1, ROW_WIDTH);
}

static GPtrArray *
boundary_labels (const Rehearsal *rehearsal, guint *width)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);

  *width = 0;
  for (guint i = 0; i < rehearsal->n_boundaries; i++)
    {
      char *label = boundary_label (rehearsal->plan, i);

      *width = MAX (*width, printable_width (label));
      g_ptr_array_add (labels, label);
    }
  return labels;
}

static GPtrArray *
client_labels (const Migration *migration)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < migration->clients->len; i++)
    {
      const Client *client = g_ptr_array_index (migration->clients, i);
      g_autofree char *label = migration_client_label (migration, client);
      g_ptr_array_add (labels, printable_cut (label, -1, CLIENT_WIDTH));
    }
  return labels;
}

static void
append_mark (GString *out, const Mark *mark, guint width, gboolean color)
{
  style_begin (out, color, mark->role);
  g_string_append (out, mark->text);
  style_end (out, color);
  for (guint taken = printable_width (mark->text); taken < width; taken++)
    g_string_append_c (out, ' ');
}

static void
end_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static guint
client_width (const GPtrArray *clients, guint index)
{
  return MAX (printable_width (g_ptr_array_index (clients, index)), 4);
}

static void
append_matrix_head (GString *out, const GPtrArray *clients, guint label_width,
                    gboolean color)
{
  g_string_append_printf (out, "  %*s", (int) label_width, "");
  for (guint i = 0; i < clients->len; i++)
    {
      g_string_append (out, "  ");
      style_begin (out, color, ROLE_HEADING);
      printable_append_padded (out, g_ptr_array_index (clients, i),
                               i + 1 < clients->len
                                   ? client_width (clients, i)
                                   : printable_width (g_ptr_array_index (clients, i)));
      style_end (out, color);
    }
  end_line (out);
}

static void
append_matrix (GString *out, const Rehearsal *rehearsal, gboolean color)
{
  guint width;
  g_autoptr (GPtrArray) labels = boundary_labels (rehearsal, &width);
  g_autoptr (GPtrArray) clients = client_labels (rehearsal->migration);

  append_matrix_head (out, clients, width, color);
  for (guint boundary = 0; boundary < rehearsal->n_boundaries; boundary++)
    {
      g_string_append (out, "  ");
      printable_append_padded (out, g_ptr_array_index (labels, boundary), width);
      for (guint i = 0; i < rehearsal->n_clients; i++)
        {
          const RehearsalCell *cell
              = &rehearsal->cells[boundary * rehearsal->n_clients + i];

          g_string_append (out, "  ");
          append_mark (out, &MARKS[cell->result], client_width (clients, i), color);
        }
      end_line (out);
    }
}

static void
append_laws (GString *out, const Rehearsal *rehearsal, gboolean color)
{
  style_append (out, color, ROLE_HEADING, "Laws");
  g_string_append (out, ":\n");
  for (guint i = 0; i < rehearsal->laws->len; i++)
    {
      const RehearsalLaw *law = g_ptr_array_index (rehearsal->laws, i);

      g_string_append (out, "  ");
      append_mark (out, law_mark (law), 6, color);
      printable_append (out, law->name, -1);
      g_string_append_c (out, '\n');
    }
}

static void
append_failure (GString *out, guint *n_failures, const char *name, const char *reason)
{
  if ((*n_failures)++ == 0)
    g_string_append (out, "Failures:\n");
  g_string_append (out, "  ");
  printable_append (out, name, -1);
  g_string_append (out, ": ");
  printable_append (out, reason != NULL ? reason : "no reason was given", -1);
  g_string_append_c (out, '\n');
}

static void
append_red_cells (GString *out, const Rehearsal *rehearsal, guint *n_failures)
{
  for (guint boundary = 0; boundary < rehearsal->n_boundaries; boundary++)
    for (guint i = 0; i < rehearsal->n_clients; i++)
      {
        const RehearsalCell *cell
            = &rehearsal->cells[boundary * rehearsal->n_clients + i];
        const Client *client = g_ptr_array_index (rehearsal->migration->clients, i);
        g_autofree char *name = NULL;

        if (cell->result != REHEARSAL_RED)
          continue;
        g_autofree char *label = migration_client_label (rehearsal->migration, client);
        name = boundary == 0 ? g_strdup_printf ("%s at the start", label)
                             : g_strdup_printf ("%s after step %u", label, boundary);
        append_failure (out, n_failures, name, cell->reason);
      }
}

static guint
append_failures (GString *out, const Rehearsal *rehearsal)
{
  guint n_failures = 0;

  append_red_cells (out, rehearsal, &n_failures);
  for (guint i = 0; i < rehearsal->laws->len; i++)
    {
      const RehearsalLaw *law = g_ptr_array_index (rehearsal->laws, i);

      if (!law->holds)
        append_failure (out, &n_failures, law->name, law->reason);
    }
  return n_failures;
}

static void
append_rehearsal_notes (GString *out, const Rehearsal *rehearsal)
{
  if (rehearsal->notes->len == 0)
    return;
  g_string_append (out, "Not proven:\n");
  for (guint i = 0; i < rehearsal->notes->len; i++)
    {
      g_string_append (out, "  ");
      printable_append (out, g_ptr_array_index (rehearsal->notes, i), -1);
      g_string_append_c (out, '\n');
    }
}

static void
append_verdict (GString *out, const Rehearsal *rehearsal, guint n_failures,
                gboolean color)
{
  style_append (out, color, ROLE_HEADING, "Rehearsal");
  g_string_append (out, ": ");
  if (rehearsal->green)
    style_append (out, color, ROLE_GOOD, "green");
  else
    {
      style_append (out, color, ROLE_ERROR, "RED");
      g_string_append_printf (out, " (%u failure%s)", n_failures,
                              n_failures == 1 ? "" : "s");
    }
  g_string_append_c (out, '\n');
}

void
report_text_rehearsal (GString *out, const FileReport *report, const ReportStyle *style)
{
  const Rehearsal *rehearsal = report->rehearsal;

  if (rehearsal == NULL)
    return;
  style_append (out, style->color, ROLE_HEADING, "Migration");
  g_string_append (out, ": ");
  printable_append (out, rehearsal->plan->title, -1);
  g_string_append_c (out, '\n');
  if (rehearsal->n_clients > 0)
    append_matrix (out, rehearsal, style->color);
  else
    g_string_append (out, "No clients are declared.\n");
  append_laws (out, rehearsal, style->color);
  guint n_failures = append_failures (out, rehearsal);
  append_rehearsal_notes (out, rehearsal);
  append_verdict (out, rehearsal, n_failures, style->color);
}
