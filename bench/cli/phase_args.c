/* SPDX-License-Identifier: MIT */
#include "bench/cli/phase_args.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/nearest.h"
#include "bench/explore/pool.h"

/* Faster than memory, to 100 us, a sleep. */
#define COST_LOW_PS 400
#define COST_HIGH_PS UINT64_C(100000000)

/* Less than any debugger's reaction, to more than anybody's patience. */
#define DELAY_LOW_NS UINT64_C(4000)
#define DELAY_HIGH_NS (10 * NS_PER_S)

#define GRID_INITIAL 5
#define POLLS_MAX UINT64_C(1000000000)

static bool read_profile(const struct profile **to, const char *option,
			 const char *word, const struct profile *profiles,
			 struct err *err)
{
	struct nearest n = { .word = word };

	*to = NULL;
	if (strcmp(word, "scenario") == 0)
		return true;
	for (const struct profile *p = profiles; p->name; p++) {
		nearest_try(&n, p->name);
		if (strcmp(p->name, word) == 0)
			*to = p;
	}
	if (*to)
		return true;
	err_set(err, ERR_USAGE, "--%s: there is no profile '%s'", option, word);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "'kdbench list profiles' shows them; 'scenario' "
			     "is the scenario's own");
}

static bool read_of(struct phase_args *args, const char *word, struct err *err)
{
	struct nearest n = { .word = word };

	for (unsigned i = 0; i < PHASE_OF_COUNT; i++) {
		nearest_try(&n, phase_of_names[i]);
		if (strcmp(word, phase_of_names[i]) != 0)
			continue;
		args->options.of = (enum phase_of)i;
		return true;
	}
	err_set(err, ERR_USAGE, "--of: there is no '%s'", word);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "write delay, latency, gap, gaps or pause");
}

static bool read_grid(struct phase_args *args, uint64_t grid, struct err *err)
{
	unsigned decade = grid == PHASE_NOT_GIVEN ? GRID_INITIAL
						  : (unsigned)grid;

	if (grid != PHASE_NOT_GIVEN && grid != 1 && grid != 2 && grid != 5 &&
	    grid != 10)
		return err_set(err, ERR_USAGE,
			       "--grid: 1, 2, 5 or 10 points to a power of "
			       "ten");
	args->options.cost_ps =
		(struct preferred){ COST_LOW_PS, COST_HIGH_PS, decade };
	args->options.delay_ns =
		(struct preferred){ DELAY_LOW_NS, DELAY_HIGH_NS, decade };
	/* Coarser series than five have no 400. */
	if (decade < 5) {
		args->options.cost_ps.first = 100;
		args->options.delay_ns.first = 1000;
	}
	return true;
}

static bool read_counts(struct phase_args *args, const struct phase_text *text,
			struct err *err)
{
	args->options.polls = 0;
	if (text->polls != PHASE_NOT_GIVEN) {
		if (text->polls < 1 || text->polls > POLLS_MAX)
			return err_set(err, ERR_USAGE,
				       "--polls: from 1 to %llu",
				       (unsigned long long)POLLS_MAX);
		args->options.polls = text->polls;
	}
	args->options.workers = pool_processors();
	if (text->workers == PHASE_NOT_GIVEN)
		return true;
	if (text->workers < 1 || text->workers > POOL_WORKERS_MAX)
		return err_set(err, ERR_USAGE, "--workers: from 1 to %d",
			       POOL_WORKERS_MAX);
	args->options.workers = (unsigned)text->workers;
	return true;
}

bool phase_args_read(struct phase_args *args, const struct phase_text *text,
		     struct err *err)
{
	*args = (struct phase_args){ 0 };
	return read_profile(&args->debugger, "debugger",
			    text->debugger ? text->debugger : "windbg",
			    debugger_profiles, err) &&
	       read_profile(&args->target, "target",
			    text->target ? text->target : "ms", target_profiles,
			    err) &&
	       read_of(args, text->of ? text->of : "delay", err) &&
	       read_grid(args, text->grid, err) && read_counts(args, text, err);
}
