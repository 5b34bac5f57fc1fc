/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/bench.h"
#include "bench/run/expect.h"

static void add_source(struct bench_samples *s, const char *name,
		       const struct bench_row *row,
		       const struct limit_rung *rung)
{
	struct bench_source *source = &s->sources[s->count++];
	size_t values = BENCH_METRICS * (size_t)s->rounds;

	source->name = name;
	source->row = row;
	source->rung = rung;
	source->values = mem_array(values, sizeof(double));
	source->doubtful = mem_array(s->rounds, sizeof(bool));
	for (size_t i = 0; i < values; i++)
		source->values[i] = NAN;
}

void bench_samples_init(struct bench_samples *s, uint64_t rounds)
{
	size_t count = 1;

	for (const struct bench_row *r = bench_rows; r->name; r++)
		count++;
	for (const struct limit_rung *r = limit_rungs; r->name; r++)
		count++;
	*s = (struct bench_samples){ .rounds = rounds };
	s->sources = mem_array(count, sizeof(*s->sources));
	for (const struct bench_row *r = bench_rows; r->name; r++)
		add_source(s, r->name, r, NULL);
	for (const struct limit_rung *r = limit_rungs; r->name; r++)
		add_source(s, r->name, NULL, r);
	add_source(s, "explore", NULL, NULL);
}

void bench_samples_release(struct bench_samples *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->sources[i].values);
		free(s->sources[i].doubtful);
	}
	free(s->sources);
	*s = (struct bench_samples){ 0 };
}

struct bench_source *bench_source(const struct bench_samples *s,
				  const char *name)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->sources[i].name, name) == 0)
			return &s->sources[i];
	}
	return NULL;
}

double *bench_value(const struct bench_samples *s,
		    const struct bench_source *source, enum bench_metric metric,
		    uint64_t round)
{
	return &source->values[metric * s->rounds + round - 1];
}

/* What was disturbed counts only if all of it was. */
static bool counts(const struct bench_samples *s,
		   const struct bench_source *source, uint64_t round)
{
	if (!source->doubtful[round - 1])
		return true;
	for (uint64_t i = 0; i < s->rounds; i++) {
		if (!source->doubtful[i])
			return false;
	}
	return true;
}

double bench_counted(const struct bench_samples *s,
		     const struct bench_source *source,
		     enum bench_metric metric, uint64_t round)
{
	return counts(s, source, round) ? *bench_value(s, source, metric, round)
					: NAN;
}

/* --- what a trial gave ------------------------------------------------------
 */

static const struct step_record *step_named(const struct trial *t,
					    const char *name)
{
	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		if (strcmp(r->step->name, name) == 0 && !r->skipped)
			return r->wall_ns ? r : NULL;
	}
	return NULL;
}

/* Wire bytes at ten bits each, as a share of the time that they took. */
static double line_share(const struct trial *t, const char *step)
{
	uint64_t baud = t->input->cell->transport.uart.baud;
	const struct step_record *r = step_named(t, step);

	if (!r || !baud || t->input->cell->transport.kind != TRANSPORT_UART)
		return NAN;
	return (double)r->wire_bytes * 10 * 1e9 / (double)baud /
	       (double)r->wall_ns;
}

/* Half duplex: a request and its reply do not share their time. */
static double wire_rate(const struct trial *t, const char *step)
{
	const struct step_record *r = step_named(t, step);

	return r ? limit_rate(r->wire_bytes, r->wall_ns) : NAN;
}

static double operations(const struct trial *t, const char *step)
{
	const struct step_record *r = step_named(t, step);

	return r ? limit_rate(r->ops, r->wall_ns) : NAN;
}

static double cpu_percent(const struct trial *t, const char *step)
{
	for (size_t i = 0; i < t->record_count; i++) {
		const struct step_cpu *c = &t->records[i].cpu;

		if (strcmp(t->records[i].step->name, step) != 0 || !c->valid ||
		    !c->wall_ns)
			continue;
		return (double)(c->vcpu_ns + c->main_ns + c->other_ns +
				c->harness_ns) *
		       100 / (double)c->wall_ns;
	}
	return NAN;
}

void bench_samples_take(struct bench_samples *s, const struct trial *t,
			bool disturbed)
{
	uint64_t round = t->input->number;

	for (size_t i = 0; i < s->count; i++) {
		const struct bench_source *to = &s->sources[i];
		const double values[BENCH_METRICS] = {
			[BENCH_READ] = expect_value(t, "steps.read.throughput"),
			[BENCH_WRITE] =
				expect_value(t, "steps.write.throughput"),
			[BENCH_WORD] =
				expect_value(t, "steps.word.latency-p50"),
			[BENCH_WORDS] = operations(t, "word"),
			[BENCH_TO_DEBUGGER] = line_share(t, "read"),
			[BENCH_TO_TARGET] = line_share(t, "write"),
			[BENCH_PACE] = wire_rate(t, "read"),
			[BENCH_STOPPED] = cpu_percent(t, "stopped"),
			[BENCH_RUNNING] = cpu_percent(t, "running"),
			[BENCH_TRIP] = NAN,
			[BENCH_BOOT] = t->boot_ns ? (double)t->boot_ns : NAN,
		};

		if (to->cell != t->input->cell || round < 1 ||
		    round > s->rounds)
			continue;
		to->doubtful[round - 1] = disturbed;
		for (unsigned m = 0; m < BENCH_METRICS; m++)
			*bench_value(s, to, m, round) = values[m];
	}
}
