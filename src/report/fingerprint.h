/* SPDX-License-Identifier: Apache-2.0
 *
 * Fingerprint: what a finding is recognised by from one commit to the next.
 *
 * It is made of the rule, the file and the message, never of the place: a finding that
 * moved is the same finding.  Equal ones in a file are counted.
 */
#pragma once

#include "model/diagnostic.h"

/* The findings of one file that had a fingerprint already. */
typedef struct
{
  GHashTable *n_seen; /* text → how often */
} Fingerprints;

void fingerprints_init (Fingerprints *fingerprints);
void fingerprints_clear (Fingerprints *fingerprints);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fingerprints, fingerprints_clear)

/**
 * fingerprint_of:
 * @file: where a finding without a file belongs
 *
 * Returns: (transfer full): 40 hexadecimal digits
 */
char *fingerprint_of (Fingerprints *fingerprints, const Diagnostic *diagnostic,
                      const char *file);
