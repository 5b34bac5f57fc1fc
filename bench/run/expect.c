/* SPDX-License-Identifier: MIT */
#include "bench/run/expect.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/plan/expectation.h"
#include "bench/result/stats.h"
#include "bench/run/record_why.h"
#include "bench/run/record.h"

#define STEPS "steps."

/* --- metrics of a whole trial ------------------------------------------------
 */

static double or_nan(double value)
{
	return value < 0 ? NAN : value;
}

static double throughput(const struct trial *t)
{
	return or_nan(record_throughput(t));
}

static double latency(const struct trial *t, double q)
{
	struct histogram h = { .n = 0 };

	record_latency(t, &h);
	return h.n ? (double)histogram_quantile(&h, q) : NAN;
}

static double latency_p50(const struct trial *t)
{
	return latency(t, 0.5);
}

static double latency_p90(const struct trial *t)
{
	return latency(t, 0.9);
}

static double latency_p99(const struct trial *t)
{
	return latency(t, 0.99);
}

static double latency_max(const struct trial *t)
{
	return latency(t, 1);
}

static double cpu_load(const struct trial *t)
{
	const struct step_cpu *c = &t->cpu;

	if (!c->valid || c->wall_ns < RECORD_CPU_WINDOW_NS)
		return NAN;
	return 100.0 * (double)(c->vcpu_ns + c->main_ns + c->other_ns) /
	       (double)c->wall_ns;
}

static double resends(const struct trial *t)
{
	return (double)(t->counts.resent + t->counts.resends_out);
}

static double resets(const struct trial *t)
{
	return t->counts.resets_out ? (double)(t->counts.resets_out - 1) : 0;
}

static double recovery_p50(const struct trial *t)
{
	const struct histogram *h = &t->trail.recovery;

	return h->n ? (double)histogram_quantile(h, 0.5) : NAN;
}

static double boot(const struct trial *t)
{
	return t->boot_ns ? (double)t->boot_ns : NAN;
}

static double lines(const struct trial *t)
{
	double sum = NAN;

	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		if (r->step->kind == STEP_PRINT_STORM)
			sum = (isnan(sum) ? 0 : sum) + (double)r->ops;
	}
	return sum;
}

static const struct metric {
	const char *name;
	double (*of)(const struct trial *t);
	const char *missing;         /* why there may be no value */
	const char *missing_virtual; /* the same in virtual time, if it says
					more */
} metrics[] = {
	{ "throughput", throughput, "no measured step moved payload", NULL },
	{ "latency-p50", latency_p50, "no operation was completed", NULL },
	{ "latency-p90", latency_p90, "no operation was completed", NULL },
	{ "latency-p99", latency_p99, "no operation was completed", NULL },
	{ "latency-max", latency_max, "no operation was completed", NULL },
	{ "cpu-load", cpu_load,
	  "in less than 250 ms CPU time cannot be measured",
	  "virtual time takes no CPU time" },
	{ "resends", resends, "nothing was counted", NULL },
	{ "resets", resets, "nothing was counted", NULL },
	{ "recovery-p50", recovery_p50, "there was no fault to recover from",
	  NULL },
	{ "boot", boot, "nothing was booted",
	  "in virtual time nothing is booted" },
	{ "lines", lines, "no print-storm was run", NULL },
	{ "guest-load", record_guest_load,
	  "no print-storm ran in a guest that polls when it is idle",
	  "virtual time has no idle loop" },
	{ "saturation", record_saturation,
	  "no sweep got less than 90 % of what it asked for", NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct metric *find(const char *name)
{
	for (const struct metric *m = metrics; m->name; m++) {
		if (strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

/* "steps.NAME.metric": the step's name and the rest; names have no dots. */
static const char *of_step(const char *metric, char *name, size_t size)
{
	const char *at, *dot;

	if (strncmp(metric, STEPS, strlen(STEPS)) != 0)
		return NULL;
	at = metric + strlen(STEPS);
	dot = strchr(at, '.');
	if (!dot || (size_t)(dot - at) >= size)
		return NULL;
	memcpy(name, at, (size_t)(dot - at));
	name[dot - at] = '\0';
	return dot + 1;
}

bool expect_metric_known(const char *metric)
{
	char name[128];
	const char *rest = of_step(metric, name, sizeof(name));

	return find(rest ? rest : metric) != NULL;
}

/* The same metric, looking at one step's record only. */
static double step_value(const struct trial *t, const char *name,
			 const char *metric)
{
	const struct metric *m = find(metric);
	struct trial only = *t;

	for (size_t i = 0; m && i < t->record_count; i++) {
		if (strcmp(t->records[i].step->name, name) != 0)
			continue;
		only.records = &t->records[i];
		only.record_count = 1;
		only.cpu = t->records[i].cpu;
		return m->of(&only);
	}
	return NAN;
}

/* The kind of step that a metric without a step's name comes of. */
static bool source_of(const char *metric, enum step_kind *kind)
{
	if (strcmp(metric, "lines") == 0)
		*kind = STEP_PRINT_STORM;
	else if (strcmp(metric, "saturation") == 0)
		*kind = STEP_SWEEP;
	else
		return false;
	return true;
}

bool expect_skipped(const struct trial *t, const char *metric)
{
	char name[128];
	const char *rest = of_step(metric, name, sizeof(name));
	enum step_kind kind = STEP_CONNECT;
	bool skipped = false;

	if (!rest && !source_of(metric, &kind))
		return false;
	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		if (rest ? strcmp(r->step->name, name) != 0
			 : r->step->kind != kind)
			continue;
		if (!r->skipped)
			return false;
		skipped = true;
	}
	return skipped;
}

double expect_value(const struct trial *t, const char *metric)
{
	char name[128];
	const char *rest = of_step(metric, name, sizeof(name));
	const struct metric *m;

	if (rest)
		return step_value(t, name, rest);
	m = find(metric);
	return m ? m->of(t) : NAN;
}

/* --- a cell -----------------------------------------------------------------
 */

void expect_add(struct expect_tally *tally, const struct cell *s,
		const struct trial *t)
{
	if (!tally->values) {
		tally->bounds = s->bound_count;
		tally->values =
			mem_array(s->bound_count, sizeof(*tally->values));
		tally->skipped =
			mem_array(s->bound_count, sizeof(*tally->skipped));
	}
	for (size_t i = 0; i < s->bound_count; i++) {
		size_t size = (tally->trials + 1) * sizeof(double);

		tally->values[i] = mem_resize(tally->values[i], size);
		if (expect_skipped(t, s->bounds[i].metric)) {
			tally->skipped[i] = true;
			tally->values[i][tally->trials] = NAN;
			continue;
		}
		tally->values[i][tally->trials] =
			t->impatient ? NAN
				     : expect_value(t, s->bounds[i].metric);
	}
	tally->verdicts[t->verdict]++;
	tally->healed += t->impatient;
	tally->trials++;
}

static bool holds(enum expect_op op, double value, double bound)
{
	switch (op) {
	case EXPECT_GT: return value > bound;
	case EXPECT_GE: return value >= bound;
	case EXPECT_LT: return value < bound;
	case EXPECT_LE: return value <= bound;
	}
	return false;
}

/* The median of those trials that have a value; NAN if none has. */
static double median(double *values, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!isnan(values[i]))
			values[n++] = values[i];
	}
	if (!n)
		return NAN;
	stats_sort(values, n);
	return stats_median(values, n);
}

/* "12.8 MB/s", "40.0 \u00b5s", "104%": a median as a bound is written. */
static const char *value_text(const char *metric, double value,
			      char to[UNITS_TEXT_MAX])
{
	const struct expect_metric *m = expect_metrics;
	char *us;

	while (m->name && strcmp(m->name, metric) != 0)
		m++;
	if (m->name && m->percent) {
		snprintf(to, UNITS_TEXT_MAX, "%.3g%%", value);
		return to;
	}
	if (!m->name || m->unit == UNIT_COUNT) {
		snprintf(to, UNITS_TEXT_MAX, "%.10g", value);
		return to;
	}
	units_about(m->unit, value, to);
	us = strstr(to, " us");
	if (us)
		memcpy(us, " \u00b5s", sizeof(" \u00b5s"));
	return to;
}

/* Why no trial of the cell has a value. */
static const char *missing_text(const struct metric *m,
				const struct expect_tally *tally,
				const struct cell *s)
{
	if (tally->healed == tally->trials)
		return "the faults had to be ended (heal.patience), and what "
		       "was measured then does not count";
	if (!m)
		return "nothing measures it";
	if (s->transport.kind == TRANSPORT_SIM && m->missing_virtual)
		return m->missing_virtual;
	return m->missing;
}

/* Adds to 'what', "; " between; what does not fit is cut. */
__attribute__((format(printf, 3, 4))) static void say(char *what, size_t size,
						      const char *fmt, ...)
{
	size_t at = strlen(what);
	va_list list;

	if (at && at + 2 < size) {
		memcpy(what + at, "; ", 3);
		at += 2;
	}
	va_start(list, fmt);
	vsnprintf(what + at, size - at, fmt, list);
	va_end(list);
}

static void judge_verdicts(const struct expect_tally *tally,
			   const struct cell *s, char *what, size_t size)
{
	for (unsigned v = 0; v < VERDICT_COUNT; v++) {
		if (!tally->verdicts[v] || (s->expected_verdicts & 1u << v))
			continue;
		say(what, size, "%" PRIu64 " of %" PRIu64 " trials: %s",
		    tally->verdicts[v], tally->trials, verdict_names[v]);
	}
}

static void judge_bound(const struct expect_tally *tally, const struct cell *s,
			size_t index, char *what, size_t size)
{
	const struct expect_bound *b = &s->bounds[index];
	double m = median(tally->values[index], tally->trials);
	char name[128], text[UNITS_TEXT_MAX];
	const char *rest = of_step(b->metric, name, sizeof(name));
	const char *metric = rest ? rest : b->metric;

	if (isnan(m) && tally->skipped[index])
		return;
	if (isnan(m))
		say(what, size, "%s %s: there is no such value: %s", b->metric,
		    b->written, missing_text(find(metric), tally, s));
	else if (!holds(b->op, m, b->value))
		say(what, size, "%s %s: the median is %s", b->metric,
		    b->written, value_text(metric, m, text));
}

enum expect_outcome expect_judge(const struct expect_tally *tally,
				 const struct cell *s, char *what, size_t size)
{
	what[0] = '\0';
	if (!tally->trials) {
		snprintf(what, size, "no undisturbed trial");
		return EXPECT_UNKNOWN;
	}
	judge_verdicts(tally, s, what, size);
	for (size_t i = 0; i < s->bound_count; i++)
		judge_bound(tally, s, i, what, size);
	return *what ? EXPECT_NOT_MET : EXPECT_MET;
}

void expect_release(struct expect_tally *tally)
{
	for (size_t i = 0; i < tally->bounds; i++)
		free(tally->values[i]);
	free(tally->values);
	free(tally->skipped);
	memset(tally, 0, sizeof(*tally));
}
