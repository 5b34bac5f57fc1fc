/* SPDX-License-Identifier: MIT */
/*
 * A schedule as a scenario file that fails the same way: the session of the
 * scenario it was found in, the profiles, the faults by their addresses, and
 * the verdict that it must get.
 */
#ifndef EXPLORE_SAVE_H
#define EXPLORE_SAVE_H

#include "bench/explore/schedule.h"
#include "bench/plan/plan.h"

/* What is saved. Texts are borrowed. */
struct save_input {
	const struct cell *cell; /* as it was explored: its settings are kept,
				    whatever profiles it was given */
	const struct schedule *schedule;
	unsigned verdict;   /* enum verdict: what it must get */
	const char *detail; /* what was said of it: a comment */
	const char *name;   /* of the new scenario: [a-z0-9-]+ */
};

/*
 * The text of the file; free() it. It is planned once, together with the
 * settings of 'config' (bench.yaml; NULL: none): that cell must have the
 * profiles and transport of the one that was explored, and one trial of it, run
 * as 'kdbench run --seed 1' would, must end with the verdict. NULL: *err says
 * what is different.
 */
char *save_text(const struct save_input *in, const char *config,
		struct err *err);

/* The same into a file; false: *err says why. */
bool save_file(const struct save_input *in, const char *config,
	       const char *path, struct err *err);

#endif
