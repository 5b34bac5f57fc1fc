/* SPDX-License-Identifier: MIT */
#include "bench/explore/phase.h"

#include <string.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/explore/phase_column.h"
#include "bench/explore/pool.h"

const char *const phase_of_names[PHASE_OF_COUNT] = {
	[PHASE_DELAY] = "delay", [PHASE_LATENCY] = "latency",
	[PHASE_GAP] = "gap",     [PHASE_GAPS] = "gaps",
	[PHASE_PAUSE] = "pause",
};

const char *const phase_of_help[PHASE_OF_COUNT] = {
	[PHASE_DELAY] = "one packet is late, each in turn",
	[PHASE_LATENCY] = "every packet is late",
	[PHASE_GAP] = "the line stands still inside one packet, each in turn",
	[PHASE_GAPS] = "the line stands still inside every packet",
	[PHASE_PAUSE] = "the debugger stands still once, at each place in turn",
};

const char *const phase_end_names[PHASE_END_COUNT] = {
	[PHASE_COMPLETED] = "completed",
	[PHASE_RECOVERED] = "recovered",
	[PHASE_WASTEFUL] = "wasteful",
	[PHASE_STUCK] = "stuck",
	[PHASE_SPURIOUS_STOP] = "spurious-stop",
	[PHASE_GAVE_UP] = "gave-up",
	[PHASE_CORRUPT] = "corrupt",
	[PHASE_LOST_TARGET] = "lost-target",
	[PHASE_HANG] = "hang",
	[PHASE_LIVELOCK] = "livelock",
};

const char *const phase_end_help[PHASE_END_COUNT] = {
	[PHASE_COMPLETED] = "nothing more was sent than without a delay",
	[PHASE_RECOVERED] = "after re-sends, RESENDs or RESETs",
	[PHASE_WASTEFUL] = "survived with twice the bytes on the wire or more",
	[PHASE_STUCK] = "nothing got on until the delay was taken away",
	[PHASE_SPURIOUS_STOP] = "the target stopped though nobody asked",
	[PHASE_GAVE_UP] = "an end stopped by its own rule",
	[PHASE_CORRUPT] = "a step finished with wrong data",
	[PHASE_LOST_TARGET] = "the target died",
	[PHASE_HANG] = "an end waits for ever, the delay being over",
	[PHASE_LIVELOCK] = "both ends talk for ever, the delay being over",
};

/* --- where things are -------------------------------------------------------
 */

uint64_t phase_cost_ps(const struct phase *p, size_t column)
{
	return preferred_at(&p->options.cost_ps, column);
}

uint64_t phase_delay_ns(const struct phase *p, size_t row)
{
	return preferred_at(&p->options.delay_ns, row);
}

uint64_t phase_timeout_ns(uint64_t polls, uint64_t cost_ps)
{
	unsigned __int128 ns = (unsigned __int128)polls * cost_ps / 1000;

	if (ns > UINT64_MAX / 2)
		return UINT64_MAX / 2;
	return ns ? (uint64_t)ns : 1;
}

uint64_t phase_iso_ps(uint64_t polls, uint64_t ns)
{
	return (uint64_t)(((unsigned __int128)ns * 1000 + polls / 2) / polls);
}

const struct phase_point *phase_point(const struct phase *p, size_t column,
				      size_t row)
{
	return &p->points[column * p->rows + row];
}

/* --- all of them ------------------------------------------------------------
 */

struct job {
	struct phase *phase;
	const struct cell *cell;
	struct phase_column *column; /* of the last point, in this worker */
};

/* Points of a column come in a row: its world is made once or twice. */
static bool do_point(void *env, uint64_t number, struct err *err)
{
	struct job *job = env;
	struct phase *p = job->phase;
	size_t column = number / p->rows, row = number % p->rows;
	uint64_t timeout =
		phase_timeout_ns(p->options.polls, phase_cost_ps(p, column));

	if (job->column && phase_column_timeout(job->column) != timeout) {
		phase_column_free(job->column);
		job->column = NULL;
	}
	if (!job->column)
		job->column = phase_column_new(job->cell, timeout, err);
	return job->column && phase_column_point(job->column, p->options.of,
						 phase_delay_ns(p, row),
						 &p->points[number], err);
}

static bool prepare(struct phase *p, struct err *err)
{
	size_t size;

	p->columns = preferred_count(&p->options.cost_ps);
	p->rows = preferred_count(&p->options.delay_ns);
	size = p->columns * p->rows * sizeof(*p->points);
	p->points = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->points != MAP_FAILED)
		return true;
	p->points = NULL;
	return err_sys(err, ERR_HOST, "cannot share the points");
}

bool phase_foresee(const struct cell *cell, const struct phase_options *o,
		   uint64_t *sessions, uint32_t *exchanges, struct err *err)
{
	size_t columns = preferred_count(&o->cost_ps);
	size_t rows = preferred_count(&o->delay_ns);

	*sessions = *exchanges = 0;
	for (size_t i = 0; i < columns; i++) {
		uint64_t cost = preferred_at(&o->cost_ps, i);
		struct phase_column *c = phase_column_new(
			cell, phase_timeout_ns(o->polls, cost), err);

		if (!c)
			return false;
		*sessions += rows * phase_column_places(c, o->of);
		if (phase_column_exchanges(c) > *exchanges)
			*exchanges = phase_column_exchanges(c);
		phase_column_free(c);
	}
	return true;
}

static void sum_up(struct phase *p)
{
	for (size_t i = 0; i < p->columns * p->rows; i++) {
		const struct phase_point *at = &p->points[i];
		uint64_t h = (uint64_t)at->end << 32 | at->places;

		for (unsigned e = 0; e < PHASE_END_COUNT; e++)
			h = hash_add(h, at->ends[e]);
		h = hash_add(h, (uint64_t)at->rounds << 32 | at->waste);
		h = hash_add(h, (uint64_t)at->number << 1 | at->alone);
		p->digest = hash_add(p->digest, h);
		p->sessions += at->places;
		if (at->exchanges > p->exchanges)
			p->exchanges = at->exchanges;
	}
}

bool phase_run(struct phase *p, const struct cell *cell,
	       const struct phase_options *o, struct err *err)
{
	uint64_t began = clock_now_ns();
	struct job job = { .phase = p, .cell = cell };

	*p = (struct phase){ .options = *o };
	if (!prepare(p, err) ||
	    !pool_run(p->columns * p->rows, o->workers, do_point, &job,
		      o->progress, o->env, err))
		return false;
	sum_up(p);
	p->wall_ns = clock_now_ns() - began;
	return true;
}

void phase_release(struct phase *p)
{
	if (p->points)
		munmap(p->points, p->columns * p->rows * sizeof(*p->points));
	*p = (struct phase){ 0 };
}
