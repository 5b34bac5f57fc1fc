/* SPDX-License-Identifier: MIT */
#include "bench/cli/phase_marks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/units.h"
#include "bench/result/stats.h"
#include "bench/session/verdict.h"

static const char *param(const struct result_trial *t, const char *key)
{
	const char *value = result_param(t->params, t->param_count, key);

	return value ? value : "";
}

/* --- what a poll costs ------------------------------------------------------
 */

/* What a guest of this transport does to see whether a byte has come. */
static const struct {
	const char *kind, *primitive;
} polls_by[] = {
	{ "uart", "port-read" },
	{ "byteport", "mmio-read" },
	{ "virtio", "poll" },
	{ "ivshmem", "poll" },
};

/* A poll, and the turn of the loop around it; NAN: not known. */
static double poll_cost(const struct result_trial *t)
{
	const char *kind = param(t, "transport.kind");
	double sleep = atof(param(t, "guest.sleep"));

	if (sleep > 0)
		return sleep;
	for (size_t i = 0; i < ARRAY_SIZE(polls_by); i++) {
		if (strcmp(polls_by[i].kind, kind) != 0)
			continue;
		for (size_t k = 0; k < t->step_count; k++) {
			const struct result_counters *c = &t->steps[k].costs;
			double ns = result_counter(c, polls_by[i].primitive);

			if (isfinite(ns))
				return ns + result_counter(c, "nothing");
		}
	}
	return NAN;
}

static const struct result_step *version_of(const struct result_trial *t)
{
	for (size_t k = 0; k < t->step_count; k++)
		if (strcmp(t->steps[k].kind, "version") == 0 &&
		    isfinite(t->steps[k].latency.p50))
			return &t->steps[k];
	return NULL;
}

/* It ran, whatever else this machine did meanwhile. */
static bool good(const struct result_trial *t)
{
	return t->verdict &&
	       (strcmp(t->verdict, verdict_names[VERDICT_COMPLETED]) == 0 ||
		strcmp(t->verdict, verdict_names[VERDICT_RECOVERED]) == 0);
}

static void name_dot(const struct result_trial *t, char name[64])
{
	double sleep = atof(param(t, "guest.sleep"));

	snprintf(name, 64, "%.24s, %.8s", param(t, "transport"),
		 param(t, "accel"));
	if (sleep > 0)
		snprintf(name + strlen(name), 64 - strlen(name),
			 ", asleep for %.3g us", sleep * 1e-3);
}

static bool dotted(const struct phase_marks *m, const char *name)
{
	for (size_t i = 0; i < m->dot_count; i++)
		if (strcmp(m->dots[i].name, name) == 0)
			return true;
	return false;
}

/* The medians over all trials of this name. */
static void add_dot(struct phase_marks *m, const struct results *r,
		    const char *name)
{
	struct phase_map_dot *d = &m->dots[m->dot_count++];
	double *values = mem_array(3 * r->trial_count, sizeof(*values));
	double *low = values + r->trial_count, *high = low + r->trial_count;
	size_t n = 0;

	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *t = &r->trials[i];
		const struct result_step *version = version_of(t);
		char other[64];

		name_dot(t, other);
		if (strcmp(other, name) != 0 || !good(t) ||
		    !isfinite(poll_cost(t)) || !version)
			continue;
		values[n] = poll_cost(t);
		low[n] = version->latency.p50;
		high[n++] = version->latency.p99;
	}
	stats_sort(values, n);
	stats_sort(low, n);
	stats_sort(high, n);
	d->cost_ns = stats_median(values, n);
	d->low_ns = stats_median(low, n);
	d->high_ns = stats_median(high, n);
	snprintf(d->name, sizeof(d->name), "%s", name);
	free(values);
}

/* --- how guests ended -------------------------------------------------------
 */

bool phase_end_survived(unsigned end)
{
	return end <= PHASE_WASTEFUL;
}

/* More on the wire than this, in per cent of the least, is no chance. */
#define CALM 105

/* What passed the debugger, both ways. */
static double wire(const struct result_trial *t)
{
	return result_counter(&t->debugger, "bytes_in") +
	       result_counter(&t->debugger, "bytes_out");
}

/* A trial that survived: with how many bytes, measured by the others? */
static enum phase_end how_well(const struct result_trial *t, double least)
{
	if (t->heal && strcmp(t->heal, "patience") == 0)
		return PHASE_STUCK;
	if (wire(t) * 100 >= least * 100 * PHASE_WASTE)
		return PHASE_WASTEFUL;
	return wire(t) * 100 > least * CALM ? PHASE_RECOVERED : PHASE_COMPLETED;
}

static bool end_of(const struct result_trial *t, double least, unsigned *end)
{
	static const struct {
		enum verdict verdict;
		enum phase_end end;
	} ends[] = {
		{ VERDICT_COMPLETED, PHASE_COMPLETED },
		{ VERDICT_RECOVERED, PHASE_RECOVERED },
		{ VERDICT_GAVE_UP, PHASE_GAVE_UP },
		{ VERDICT_HANG, PHASE_HANG },
		{ VERDICT_LIVELOCK, PHASE_LIVELOCK },
		{ VERDICT_CORRUPT, PHASE_CORRUPT },
		{ VERDICT_LOST_TARGET, PHASE_LOST_TARGET },
		{ VERDICT_SPURIOUS_STOP, PHASE_SPURIOUS_STOP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (t->verdict &&
		    strcmp(t->verdict, verdict_names[ends[i].verdict]) == 0) {
			*end = ends[i].end;
			if (phase_end_survived(*end))
				*end = how_well(t, least);
			return true;
		}
	return false;
}

/* A time as a result has it: nanoseconds, or as somebody wrote it. */
static double time_of(const char *text)
{
	uint64_t ns;
	char *end;
	double value = strtod(text, &end);

	if (*text && !*end)
		return value;
	return units_read(UNIT_DURATION, text, &ns) == UNITS_OK ? (double)ns
								: NAN;
}

static void add_check(struct phase_marks *m, const struct result_trial *t,
		      double cost, double delay, unsigned end)
{
	struct phase_map_check *c = m->checks;

	while (c < m->checks + m->check_count &&
	       (c->cost_ns != cost || c->delay_ns != delay))
		c++;
	if (c == m->checks + PHASE_CHECKS_MAX)
		return;
	if (c == m->checks + m->check_count) {
		m->check_count++;
		*c = (struct phase_map_check){ .cost_ns = cost,
					       .delay_ns = delay };
		name_dot(t, c->name);
	}
	c->trials++;
	if (end > c->end)
		c->end = (uint8_t)end;
}

/* A trial at a point of the diagram? */
static bool is_point(const struct result_trial *t, const char *debugger,
		     const char *target)
{
	return strcmp(param(t, "target.timeout-unit"), "polls") == 0 &&
	       strcmp(param(t, "debugger.profile"), debugger) == 0 &&
	       strcmp(param(t, "target.profile"), target) == 0 &&
	       strcmp(param(t, "transport.kind"), "sim") != 0 &&
	       time_of(param(t, "delay")) > 0;
}

/* What the session takes if nothing is disturbed: the least of them all. */
static double least_wire(const struct results *r, const char *debugger,
			 const char *target)
{
	double least = INFINITY;

	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *t = &r->trials[i];

		if (good(t) && is_point(t, debugger, target))
			least = fmin(least, wire(t));
	}
	return least;
}

static void look_at(struct phase_marks *m, const struct result_trial *t,
		    double least, uint64_t polls)
{
	double delay = time_of(param(t, "delay"));
	double cost = time_of(param(t, "target.poll-cost")) *
		      atof(param(t, "target.byte-polls")) / (double)polls;
	unsigned end;

	if (cost > 0 && end_of(t, least, &end))
		add_check(m, t, cost, delay, end);
}

void phase_marks_add(struct phase_marks *m, const struct results *r,
		     const char *debugger, const char *target, uint64_t polls)
{
	double least = least_wire(r, debugger, target);

	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *t = &r->trials[i];
		char name[64];

		m->trials++;
		m->disturbed += !t->valid;
		if (is_point(t, debugger, target))
			look_at(m, t, least, polls);
		name_dot(t, name);
		if (good(t) && isfinite(poll_cost(t)) && version_of(t) &&
		    m->dot_count < PHASE_DOTS_MAX && !dotted(m, name))
			add_dot(m, r, name);
	}
}

/*
 * A guest was late at a few places only, so that it may well have missed the
 * worst one. It agrees if it was disturbed where, and only where, some place
 * was when simulated, and lost nothing where nothing was lost.
 */
static bool agrees(const struct phase_map_check *c, const struct phase_point *p)
{
	if (!phase_end_survived(c->end))
		return !phase_end_survived(p->end);
	return (c->end == PHASE_COMPLETED) == (p->end == PHASE_COMPLETED);
}

void phase_marks_judge(struct phase_marks *m, const struct phase *p)
{
	const struct phase_options *o = &p->options;

	m->agreeing = 0;
	for (size_t i = 0; i < m->check_count; i++) {
		struct phase_map_check *c = &m->checks[i];
		size_t column = preferred_nearest(&o->cost_ps,
						  (uint64_t)(c->cost_ns * 1e3));
		size_t row =
			preferred_nearest(&o->delay_ns, (uint64_t)c->delay_ns);

		c->agrees = agrees(c, phase_point(p, column, row));
		m->agreeing += c->agrees;
	}
}
