/* SPDX-License-Identifier: MIT */
/* The columns of "time to prompt". Private to prompt*.c. */
#ifndef REPORT_PROMPT_STEP_H
#define REPORT_PROMPT_STEP_H

#include "report/prompt.h"

/* A column: the kind of its steps, and how many of them are the whole. */
struct prompt_column {
	const char *kind;
	double whole; /* operations, if the step does not say; NAN: it must */
	bool session; /* such a step makes a run one of sessions */
	const char *one; /* its title, of one operation */
	const char *all; /* of several: "%s frames" */
	const char *brief;
	bool single; /* one is waited for at a time, whatever 'whole' says */
};
extern const struct prompt_column prompt_columns[PROMPT_COUNT];

/* Does this step belong there? */
bool prompt_is(enum prompt_what what, const struct result_step *step);

/* The whole that it is a sample of: bytes of a dump, else operations. */
double prompt_whole(enum prompt_what what, const struct result_step *step);

/* Fill in the numbers of a cell whose 'cell' and 'step' are set. */
void prompt_measure(struct prompt_cell *c, enum prompt_what what);

#endif
