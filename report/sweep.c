/* SPDX-License-Identifier: MIT */
#include "report/sweep.h"

#include <math.h>
#include <string.h>

/* Less than this share of what was asked for, and it is saturated. */
#define ACHIEVED 0.9

static bool is_known(const char *const *steps, size_t count, const char *step)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(steps[i], step) == 0)
			return true;
	return false;
}

size_t sweep_steps(struct arena *arena, const struct scenario_summary *s,
		   const char ***steps)
{
	size_t room = 0;
	size_t count = 0;

	for (size_t i = 0; i < s->cell_count; i++)
		room += s->cells[i].step_count;
	*steps = arena_alloc(arena, room * sizeof(**steps));
	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++) {
			const struct step_summary *step = &s->cells[i].steps[k];

			if (step->sweeps &&
			    !is_known(*steps, count, step->name))
				(*steps)[count++] = step->name;
		}
	return count;
}

/* --- one cell ---------------------------------------------------------------
 */

/* The numbers of a point, as they are in the records. */
enum part { ACHIEVED_RATE, QEMU, HARNESS, LOAD, P50, P99, NUMBER_COUNT };

static double number_of(const struct result_sweep_point *p, enum part which)
{
	const struct result_cpu *cpu = &p->cpu;
	double percent = p->wall_ns > 0 ? 100 / p->wall_ns : NAN;
	double qemu = (cpu->vcpu_ns + cpu->main_ns + cpu->other_ns) * percent;

	switch (which) {
	case ACHIEVED_RATE: return p->achieved_bytes_s;
	case QEMU: return qemu;
	case HARNESS: return cpu->harness_ns * percent;
	case LOAD: return qemu + cpu->harness_ns * percent;
	case P50: return p->latency.p50;
	case P99: return p->latency.p99;
	default: return NAN;
	}
}

/* One number at one offered rate, over all trials of the cell. */
static struct spread spread_at(struct arena *arena,
			       const struct cell_summary *cell,
			       const char *step, double offered,
			       enum part which)
{
	double *values =
		arena_alloc(arena, cell->timed_count * sizeof(*values));
	size_t n = 0;

	for (size_t i = 0; i < cell->timed_count; i++) {
		const struct result_step *in =
			summary_trial_step(cell->timed[i], step);

		for (size_t k = 0; in && k < in->sweep_count; k++)
			if (in->sweep[k].offered_bytes_s == offered) {
				values[n++] = number_of(&in->sweep[k], which);
				break;
			}
	}
	return summary_spread(values, n);
}

static void fill_point(struct arena *arena, struct sweep_point *point,
		       const struct cell_summary *cell, const char *step)
{
	struct spread *const to[NUMBER_COUNT] = {
		&point->achieved, &point->qemu, &point->harness,
		&point->load,     &point->p50,  &point->p99,
	};

	for (int i = 0; i < NUMBER_COUNT; i++)
		*to[i] = spread_at(arena, cell, step, point->offered,
				   (enum part)i);
}

/* Put a rate among those that there are, ascending, each once. */
static void add_rate(struct sweep *sweep, double offered)
{
	size_t at = sweep->count;

	if (!(offered > 0))
		return;
	for (size_t i = 0; i < sweep->count; i++)
		if (sweep->points[i].offered == offered)
			return;
	for (; at > 0 && sweep->points[at - 1].offered > offered; at--)
		sweep->points[at] = sweep->points[at - 1];
	sweep->points[at] = (struct sweep_point){ .offered = offered };
	sweep->count++;
}

static struct sweep make(struct arena *arena, const struct cell_summary *cell,
			 const char *step)
{
	struct sweep sweep = { .cell = cell };
	size_t room = 0;

	for (size_t i = 0; i < cell->timed_count; i++) {
		const struct result_step *in =
			summary_trial_step(cell->timed[i], step);

		room += in ? in->sweep_count : 0;
	}
	sweep.points = arena_alloc(arena, room * sizeof(*sweep.points));
	for (size_t i = 0; i < cell->timed_count; i++) {
		const struct result_step *in =
			summary_trial_step(cell->timed[i], step);

		for (size_t k = 0; in && k < in->sweep_count; k++)
			add_rate(&sweep, in->sweep[k].offered_bytes_s);
	}
	for (size_t i = 0; i < sweep.count; i++) {
		struct sweep_point *point = &sweep.points[i];

		fill_point(arena, point, cell, step);
		if (!(point->achieved.median > 0))
			continue;
		sweep.saturated |= point->achieved.median <
				   ACHIEVED * point->offered;
		if (!sweep.most ||
		    point->achieved.median > sweep.most->achieved.median)
			sweep.most = point;
	}
	return sweep;
}

/* --- comparing --------------------------------------------------------------
 */

const struct sweep_point *sweep_at(const struct sweep *sweep, double offered)
{
	for (size_t i = 0; i < sweep->count; i++) {
		const struct sweep_point *point = &sweep->points[i];

		if (point->offered == offered &&
		    point->achieved.median >= ACHIEVED * offered)
			return point;
	}
	return NULL;
}

static bool all_have(const struct sweeps *sweeps, enum world world,
		     double offered)
{
	for (size_t i = 0; i < sweeps->count; i++) {
		const struct sweep_point *point =
			sweep_at(&sweeps->rows[i], offered);

		if (sweeps->rows[i].cell->world == world &&
		    (!point || !point->load.n))
			return false;
	}
	return true;
}

static double common_of(const struct sweeps *sweeps, enum world world)
{
	double common = NAN;

	for (size_t i = 0; i < sweeps->count; i++) {
		const struct sweep *sweep = &sweeps->rows[i];

		if (sweep->cell->world != world)
			continue;
		for (size_t k = 0; k < sweep->count; k++)
			if (all_have(sweeps, world, sweep->points[k].offered))
				common = sweep->points[k].offered;
		break;
	}
	return common;
}

struct sweeps sweep_find(struct arena *arena, const struct scenario_summary *s,
			 const char *step)
{
	struct sweeps sweeps = { .step = step };

	sweeps.rows = arena_alloc(arena, s->cell_count * sizeof(*sweeps.rows));
	for (int world = 0; world < WORLD_COUNT; world++)
		for (size_t i = 0; i < s->cell_count; i++) {
			struct sweep sweep;

			if ((int)s->cells[i].world != world)
				continue;
			sweep = make(arena, &s->cells[i], step);
			if (sweep.most)
				sweeps.rows[sweeps.count++] = sweep;
		}
	for (int world = 0; world < WORLD_COUNT; world++)
		sweeps.common[world] = common_of(&sweeps, (enum world)world);
	return sweeps;
}

const struct sweep *sweep_base(const struct sweeps *sweeps,
			       const struct scenario_summary *s,
			       const struct sweep *sweep)
{
	const struct cell_summary *base = summary_base(s, sweep->cell);

	for (size_t i = 0; i < sweeps->count; i++)
		if (sweeps->rows[i].cell->cell == base->cell)
			return &sweeps->rows[i];
	return NULL;
}

const char *sweep_end(struct arena *arena, const struct sweep *sweep)
{
	struct number most =
		number_text(QUANTITY_BYTES_S, sweep->most->achieved.median);

	return arena_printf(arena,
			    sweep->saturated ? "saturates at %s"
					     : "carries %s or more",
			    most.text);
}
