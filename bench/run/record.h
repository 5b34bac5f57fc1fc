/* SPDX-License-Identifier: MIT */
/* A trial as a line of results.jsonl (DESIGN 10.3). */
#ifndef RUN_RECORD_H
#define RUN_RECORD_H

#include <jansson.h>

#include "bench/base/clock.h"
#include "bench/run/trial.h"

/* Shorter windows say nothing about CPU: accounting is too coarse. */
#define RECORD_CPU_WINDOW_NS (250 * NS_PER_MS)

/* What the suite knows about a trial beyond what it measured. */
struct record_context {
	const char *run;            /* id; left out (null) over sim */
	const char *host;           /* id; left out (null) over sim */
	const char *invalid_reason; /* NULL: valid */
	const char *repeat;         /* the command that repeats it */
};

/* The record; the caller releases it. */
json_t *record_trial(const struct trial *t, const struct record_context *c);

/* All settings of a cell, and its kind of transport; the caller releases it. */
json_t *record_params(const struct cell *cell);

/* Verified payload of measured steps over their time; 0 time gives -1. */
double record_throughput(const struct trial *t);

/* All latencies of measured steps in one histogram. */
void record_latency(const struct trial *t, struct histogram *h);

#endif
