/* SPDX-License-Identifier: MIT */
/* Which steps are those of a debugger's session, and how long they take. */
#include "report/prompt_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/metric.h"

/* So much does WinDbg ask at each step; who only steps asks nothing. */
#define STEP_TRIPS 4
#define READ_BYTES 128

const struct prompt_column prompt_columns[PROMPT_COUNT] = {
	[PROMPT_ATTACH] = { "attach", 1, true, "attach", "%s attaches",
			    "attach" },
	[PROMPT_STEP] = { "step", 1, true, "step", "%s steps", "step", true },
	[PROMPT_FRAMES] = { "stack-walk", 10, true, "a frame", "%s frames",
			    "frames" },
	[PROMPT_RELOAD] = { "reload", 180, true, "a module",
			    "reload (%s modules)", "reload" },
	[PROMPT_DUMP] = { "dump", NAN, true, "a page", "%s dump", "dump" },
	[PROMPT_RECONNECT] = { "reconnect", 1, false, "reconnect",
			       "%s reconnects", "reconnect" },
	[PROMPT_READ] = { "read-memory", 1, false, "128-byte read",
			  "%s reads of 128", "read 128" },
	[PROMPT_PROCESSES] = { "process-list", 150, true, "a process",
			       "process list (%s)", "processes" },
	[PROMPT_CONDITIONAL] = { "conditional-breakpoint", 1, true,
				 "conditional breakpoint",
				 "conditional breakpoint (%s hits)",
				 "cond. bp" },
	[PROMPT_BOOT] = { "boot", NAN, true, "boot event", "boot (%s events)",
			  "boot" },
	[PROMPT_BREAK_IN] = { "break-in", 1, false, "break-in", "%s break-ins",
			      "break-in" },
	[PROMPT_RESET] = { "reconnect", 1, false, "target reset", "%s resets",
			   "reset" },
	[PROMPT_PACKETS] = { "dump", NAN, true, "a packet",
			     "%s dump, 3944 at a time", "by packets" },
};

/* --- what a step is ---------------------------------------------------------
 */

static bool after_reset(const struct result_step *step)
{
	return step->after && strncmp(step->after, "target", 6) == 0;
}

bool prompt_is(enum prompt_what what, const struct result_step *step)
{
	double each = step->payload_bytes / step->ops;

	if (!step->kind || strcmp(step->kind, prompt_columns[what].kind) != 0 ||
	    !(step->ops > 0) || step->sweep_count)
		return false;
	switch (what) {
	case PROMPT_STEP: return step->round_trips / step->ops >= STEP_TRIPS;
	case PROMPT_READ: return each == READ_BYTES;
	case PROMPT_RECONNECT: return !after_reset(step);
	case PROMPT_RESET: return after_reset(step);
	case PROMPT_DUMP:
	case PROMPT_PACKETS:
		if (!(step->whole.bytes > 0) || !(each > 0))
			return false;
		return (step->pieces && strcmp(step->pieces, "packet") == 0) ==
		       (what == PROMPT_PACKETS);
	default: return true;
	}
}

/* What a column holds of this step: bytes of a dump, else operations. */
double prompt_whole(enum prompt_what what, const struct result_step *step)
{
	if (what == PROMPT_DUMP || what == PROMPT_PACKETS)
		return step->whole.bytes;
	if (step->whole.ops > 0 && !prompt_columns[what].single)
		return step->whole.ops;
	return isnan(prompt_columns[what].whole) ? step->ops
						 : prompt_columns[what].whole;
}

/* The same in operations. */
static double operations_of(enum prompt_what what,
			    const struct result_step *step)
{
	double whole = prompt_whole(what, step);

	if (what == PROMPT_DUMP || what == PROMPT_PACKETS)
		return whole / (step->payload_bytes / step->ops);
	return whole;
}

/* --- the numbers of a step over the trials of a cell ------------------------
 */

static struct histogram *times_of(const struct result_step *step,
				  struct histogram *h)
{
	*h = (struct histogram){ .n = 0 };
	result_latency_merge(step->cycle.n > 0 ? &step->cycle : &step->latency,
			     h);
	return h;
}

/* What was counted, of all trials, for 'operations' of it. */
static double counted(double sum, double ops, double operations)
{
	return sum / ops * operations;
}

static void add_counts(struct prompt_cell *c, const struct result_trial *trial,
		       const struct result_step *step)
{
	c->counts.round_trips += step->round_trips;
	c->counts.traps += metric_traps(trial, step);
	c->counts.wire_bytes += step->wire_bytes;
	c->thought_ns += step->thought.sum_ns > 0 ? step->thought.sum_ns : 0;
}

static void scale_counts(struct prompt_cell *c, double ops)
{
	c->counts.round_trips =
		counted(c->counts.round_trips, ops, c->operations);
	c->counts.traps = counted(c->counts.traps, ops, c->operations);
	c->counts.wire_bytes =
		counted(c->counts.wire_bytes, ops, c->operations);
	c->thought_ns = counted(c->thought_ns, ops, c->operations);
}

/* All trials of the cell that finished, and did the step. */
void prompt_measure(struct prompt_cell *c, enum prompt_what what)
{
	size_t count = c->cell->timed_count, n = 0;
	struct histogram *room = mem_array(count, sizeof(*room));
	struct histogram *all = mem_alloc(sizeof(*all));
	struct estimate_trial *trials = mem_array(count, sizeof(*trials));
	double ops = 0;

	for (size_t i = 0; i < count; i++) {
		const struct result_trial *trial = c->cell->timed[i];
		const struct result_step *step =
			summary_trial_step(trial, c->step->name);

		if (!step || !prompt_is(what, step))
			continue;
		if (!n)
			c->operations = operations_of(what, step);
		trials[n] = (struct estimate_trial){ times_of(step, &room[n]),
						     step->ops, step->wall_ns };
		histogram_merge(all, &room[n++]);
		add_counts(c, trial, step);
		ops += step->ops;
	}
	if (c->operations == 1)
		c->time = estimate_one(all);
	else
		c->time = estimate_whole(trials, n, c->operations);
	scale_counts(c, ops);
	free(room);
	free(all);
	free(trials);
}
