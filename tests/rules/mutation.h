/* SPDX-License-Identifier: Apache-2.0
 *
 * Mutation: one way to break a rule without compiling it anew.
 */
#pragma once

#include "safety/safety.h"

typedef enum
{
  MUTATION_OFF,            /* it finds nothing */
  MUTATION_INVERTED,       /* it reports exactly where it would not */
  MUTATION_ALWAYS,         /* it reports wherever it looks */
  MUTATION_WITHOUT_EXEMPT, /* one of RuleExemption less; @bit says which */
  MUTATION_WITHOUT_ENGINE, /* one of TargetEngine less */
  MUTATION_WITHOUT_KIND,   /* one of EffectKind less: @bit is the kind */
} MutationKind;

typedef struct
{
  MutationKind kind;
  guint bit; /* counted from 0 */
} Mutation;

/* Mutation: all that make another rule of this one; an array. */
GArray *mutations_of (const SafetyRule *rule);

/* "inverted"; (transfer full) */
char *mutation_to_string (const Mutation *mutation);

/**
 * mutation_begin:
 * @rule: (inout): the row to be broken
 *
 * One at a time: mutation_end() gives the row back as it was.
 */
void mutation_begin (const Mutation *mutation, SafetyRule *rule);
void mutation_end (SafetyRule *rule);
