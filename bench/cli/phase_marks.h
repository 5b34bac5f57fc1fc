/* SPDX-License-Identifier: MIT */
/*
 * What runs say of a phase diagram: what a poll costs on each transport, and
 * how real guests ended at points of it.
 */
#ifndef CLI_PHASE_MARKS_H
#define CLI_PHASE_MARKS_H

#include "bench/explore/phase.h"
#include "bench/result/results.h"
#include "report/phase_map.h"

#define PHASE_CHECKS_MAX 64

/* A zeroed one is empty. */
struct phase_marks {
	struct phase_map_dot dots[PHASE_DOTS_MAX];
	size_t dot_count;
	struct phase_map_check checks[PHASE_CHECKS_MAX];
	size_t check_count;
	size_t agreeing;
	size_t trials, disturbed; /* looked at; with others' load beside them */
};

/*
 * Take in a run: its steps 'calibrate', with the times of its steps 'version';
 * and its trials under time-outs in polls whose variable 'delay' says how late
 * packets were, if their profiles are these. Trials beside which others used
 * the machine count too, and are counted. Beyond the maxima, no more.
 */
void phase_marks_add(struct phase_marks *m, const struct results *r,
		     const char *debugger, const char *target, uint64_t polls);

/* Compare what was found on guests with what was simulated. */
void phase_marks_judge(struct phase_marks *m, const struct phase *p);

/* Did a session that ended so survive? */
bool phase_end_survived(unsigned end);

#endif
