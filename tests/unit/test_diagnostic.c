/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/diagnostic.h"
#include "testing.h"

static void
add (DiagnosticList *list, Severity severity, const char *file, guint line, guint column,
     const char *message)
{
  Location location = { file, line, column };

  diagnostic_list_add (list, severity, "load", location, NULL, "%s", message);
}

TEST (diagnostic_list_add__copies_what_it_is_given)
{
  g_autoptr (DiagnosticList) list = diagnostic_list_new ();
  char file[] = "a.yaml", rule[] = "plan", help[] = "do it";
  const Diagnostic *first;

  diagnostic_list_add (list, SEVERITY_ERROR, rule, (Location){ file, 3, 5 }, help,
                       "no column '%s'", "x");
  file[0] = rule[0] = help[0] = '!';
  first = diagnostic_list_get (list, 0);
  for (guint i = 0; i < 1000; i++)
    add (list, SEVERITY_INFO, NULL, 0, 0, "more");
  ck_assert_uint_eq (diagnostic_list_length (list), 1001);
  ck_assert_ptr_eq (diagnostic_list_get (list, 0), first);
  ck_assert_str_eq (first->location.file, "a.yaml");
  ck_assert_uint_eq (first->location.line, 3);
  ck_assert_uint_eq (first->location.column, 5);
  ck_assert_str_eq (first->rule, "plan");
  ck_assert_str_eq (first->help, "do it");
  ck_assert_str_eq (first->message, "no column 'x'");
  ck_assert_ptr_null (diagnostic_list_get (list, 1)->help);
}

TEST (diagnostic_list_count__counts_from_a_severity_up)
{
  g_autoptr (DiagnosticList) list = diagnostic_list_new ();

  add (list, SEVERITY_INFO, "f", 1, 1, "a");
  add (list, SEVERITY_ERROR, "f", 1, 1, "b");
  add (list, SEVERITY_WARNING, "f", 1, 1, "c");
  ck_assert_uint_eq (diagnostic_list_count (list, SEVERITY_INFO), 3);
  ck_assert_uint_eq (diagnostic_list_count (list, SEVERITY_WARNING), 2);
  ck_assert_uint_eq (diagnostic_list_count (list, SEVERITY_ERROR), 1);
}

TEST (diagnostic_list_sort__orders_by_place_and_is_stable)
{
  g_autoptr (DiagnosticList) list = diagnostic_list_new ();
  GString *order = g_string_new (NULL);

  add (list, SEVERITY_ERROR, "b", 1, 1, "7");
  add (list, SEVERITY_ERROR, "a", 2, 9, "4");
  add (list, SEVERITY_ERROR, "a", 2, 10, "5");
  add (list, SEVERITY_ERROR, "a", 10, 1, "6");
  add (list, SEVERITY_ERROR, "a", 2, 1, "1");
  add (list, SEVERITY_INFO, "a", 2, 1, "2");
  add (list, SEVERITY_ERROR, "a", 2, 1, "3");
  add (list, SEVERITY_ERROR, NULL, 0, 0, "0");
  diagnostic_list_sort (list);
  for (guint i = 0; i < diagnostic_list_length (list); i++)
    g_string_append (order, diagnostic_list_get (list, i)->message);
  ck_assert_str_eq (order->str, "01234567");
  g_string_free (order, TRUE);
}

TEST (severity_from_string__reads_its_names)
{
  for (guint i = SEVERITY_INFO; i <= SEVERITY_ERROR; i++)
    {
      Severity severity = SEVERITY_INFO;

      ck_assert (severity_from_string (severity_to_string (i), &severity));
      ck_assert_uint_eq (severity, i);
    }
  ck_assert (!severity_from_string ("fatal", &(Severity){ 0 }));
}

TEST (diagnostic_list_free__takes_nothing)
{
  diagnostic_list_free (NULL);
}

TEST_MAIN ("model/diagnostic", diagnostic_list_add__copies_what_it_is_given,
           diagnostic_list_count__counts_from_a_severity_up,
           diagnostic_list_sort__orders_by_place_and_is_stable,
           severity_from_string__reads_its_names, diagnostic_list_free__takes_nothing)
