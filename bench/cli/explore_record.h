/* SPDX-License-Identifier: MIT */
/* What 'kdbench explore' found, as JSON. */
#ifndef CLI_EXPLORE_RECORD_H
#define CLI_EXPLORE_RECORD_H

#include "bench/cli/explore_view.h"

/*
 * All that is known of a pair. 'proof' is its sentence, 'worst' the schedule
 * that ended worst (NULL: none), 'causes' become the record's (NULL: not looked
 * for).
 */
json_t *explore_record(const struct explore_pair *pair, const struct survey *s,
		       const char *proof, const struct finding *worst,
		       json_t *causes);

/* What there is to count, of such a record. */
json_t *explore_record_counted(const json_t *record);

/* The command that runs a finding again; free() it. */
char *explore_repeat(const struct explore_pair *pair, const struct finding *f);

#endif
