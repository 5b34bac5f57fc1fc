/* SPDX-License-Identifier: MIT */
/*
 * The parts of a trial's record that explain its numbers. Each is null where
 * nobody can tell; the caller releases it. Private to bench/run.
 */
#ifndef RUN_RECORD_WHY_H
#define RUN_RECORD_WHY_H

#include <jansson.h>

#include "bench/run/trial.h"

/* Where the CPU time went; null below RECORD_CPU_WINDOW_NS. */
json_t *record_cpu(const struct step_cpu *c);

/* How the time of a step's windows splits (bench/run/split.h). */
json_t *record_split(const struct trial *t, const struct step_record *r);

/* The points of a sweep, in order of their rates; NULL if it is none. */
json_t *record_sweep(const struct step_record *r);

/*
 * The highest rate that a sweep achieved at points where it got less than 90 %
 * of what it asked for, bytes a second; NAN if there is none.
 */
double record_saturation(const struct trial *t);

/*
 * How busy the guest was while it ran, in per cent, from the turns of its idle
 * loop; NAN where they say nothing.
 */
double record_guest_load(const struct trial *t);

/* Such a load; that of one step. */
json_t *record_load(double load);
json_t *record_step_load(const struct step_record *r);

/*
 * Of what this step is a sample, {"ops", "bytes"}, each null if it is none;
 * null: it is the whole.
 */
json_t *record_whole(const struct step *step);

/* What the debugger thought in a step's windows; null: it does not think. */
json_t *record_thought(const struct step_record *r);

/* Why the virtual CPU left the guest, by kind. */
json_t *record_exits(const struct trial *t);

/*
 * What is special about this step, into its object: of a reconnect what it came
 * after, how long the target took to be heard of again, and how long the rest.
 */
void record_reconnect(json_t *o, const struct step_record *r);

#endif
