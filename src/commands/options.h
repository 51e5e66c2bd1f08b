/* SPDX-License-Identifier: Apache-2.0
 *
 * Options: the table of all options, and what a call says with them.
 */
#pragma once

#include "model/phase.h"
#include "report/report.h"
#include "report/style.h"
#include "safety/target.h"

typedef enum
{
  OPTION_VALIDATE_ONLY,
  OPTION_DRY_RUN,
  OPTION_FIX,
  OPTION_URL,
  OPTION_SEED_DATA,
  OPTION_LOCK_TIMEOUT,
  OPTION_WAIT_LOCK,
  OPTION_BATCH_SIZE,
  OPTION_MAX_LAG,
  OPTION_MAX_LOAD,
  OPTION_ACCEPT_LOSS,
  OPTION_UNTIL,
  OPTION_FAIL_AT,
  OPTION_FAIL_ON,
  OPTION_FORMAT,
  OPTION_OUTPUT,
  OPTION_MAX_ROWS,
  OPTION_QUIET,
  OPTION_VERBOSE,
  OPTION_COLOR,
  OPTION_HELP,
  OPTION_VERSION,
  OPTION_ENGINE,
  OPTION_ENGINE_VERSION,
  OPTION_CONFIG,
  OPTION_NO_CONFIG,
  OPTION_HISTORY,
} OptionId;

#define N_OPTIONS 27
#define OPTION_BIT(id) (1u << (id))
#define OPTIONS_EVERYWHERE                                                             \
  (OPTION_BIT (OPTION_QUIET) | OPTION_BIT (OPTION_VERBOSE) | OPTION_BIT (OPTION_COLOR) \
   | OPTION_BIT (OPTION_HELP) | OPTION_BIT (OPTION_VERSION))

/* Of the verbs that judge a file by the rules. */
#define OPTIONS_OF_RULES                                             \
  (OPTION_BIT (OPTION_FAIL_ON) | OPTION_BIT (OPTION_ENGINE)          \
   | OPTION_BIT (OPTION_ENGINE_VERSION) | OPTION_BIT (OPTION_CONFIG) \
   | OPTION_BIT (OPTION_NO_CONFIG) | OPTION_BIT (OPTION_HISTORY))

/* Of the verbs that work on a database: whom to wait for, and in which portions. */
#define OPTIONS_OF_DATABASE                                         \
  (OPTION_BIT (OPTION_URL) | OPTION_BIT (OPTION_LOCK_TIMEOUT)       \
   | OPTION_BIT (OPTION_WAIT_LOCK) | OPTION_BIT (OPTION_BATCH_SIZE) \
   | OPTION_BIT (OPTION_MAX_LAG) | OPTION_BIT (OPTION_MAX_LOAD))

/* At which findings a file is refused. */
typedef enum
{
  FAIL_ON_ERROR,
  FAIL_ON_WARNING,
  FAIL_ON_NEVER, /* `plan` and --validate-only only report them */
} FailOn;

typedef struct
{
  gboolean help;
  gboolean version;
  gboolean quiet;
  gboolean verbose;
  gboolean has_until;
  MigrationPhase until;
  guint fail_at; /* a step, counted from 1; 0: none */
  FailOn fail_on;
  ReportFormat format;
  gboolean has_format; /* it was asked for */
  gboolean has_engines;
  guint engines;                    /* TargetEngine bits: --engine */
  guint versions[N_TARGET_ENGINES]; /* of --engine and --engine-version; 0: not said */
  const char *config;               /* a path; NULL: it is looked for */
  gboolean no_config;
  const char *output; /* a path; NULL: standard output */
  guint max_rows;
  ColorMode color;
  const char *url;           /* of the database, "env" resolved; NULL: memory */
  gboolean seed_data;        /* make the declared table and rows where it is missing */
  gboolean accept_loss;      /* an abort may lose what cannot come back */
  guint lock_timeout_ms;     /* how long one transaction waits for the write lock */
  guint wait_lock_ms;        /* how long to wait for another runner */
  guint batch_size;          /* the most rows a chunk may have; 0: not said */
  guint max_lag_ms;          /* of a replica, for rows to be moved; 0: no limit */
  guint max_load;            /* sessions at work, for rows to be moved; 0: no limit */
  const char *history;       /* a folder of earlier migrations; or NULL */
  char *texts[N_OPTIONS];    /* owned: the arguments as they were given */
  gboolean given[N_OPTIONS]; /* of options without argument */
} Options;

typedef struct
{
  const char *name;
  char letter;          /* or NUL */
  const char *argument; /* how help calls its argument; NULL: it takes none */
  const char *words;    /* what the argument may be, separated by spaces; or NULL */
  const char *help;
  /* Reads the argument. Returns: FALSE when it is none of the possible ones. */
  gboolean (*read) (Options *options, const char *text);
} OptionInfo;

/* One an OptionId. */
extern const OptionInfo OPTIONS[N_OPTIONS];

void options_init (Options *options);
void options_clear (Options *options);

/* By name (@length bytes) or letter; or NULL. */
const OptionInfo *option_find (const char *name, gsize length);
const OptionInfo *option_find_letter (char letter);

/**
 * options_parse:
 * @words: the call's options and their arguments, NULL-ended
 * @accepted: OPTION_BIT()s
 *
 * Returns: FALSE with ZDM_ERROR_INVALID
 */
gboolean options_parse (Options *options, const char *const *words, guint accepted,
                        GError **error);

/* The list of options for help, one a line. */
void options_append_help (GString *out, guint accepted);
