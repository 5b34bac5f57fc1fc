/* SPDX-License-Identifier: MIT */
/* How many sessions 'kdbench explore' runs a second, on one core. */
#include <math.h>

#include "bench/cli/bench.h"
#include "bench/explore/survey.h"

/* A session of 20 exchanges: five of them are connecting. */
static const char scenario[] = "name: explored\nmatrix: {transport: [sim]}\n"
			       "session:\n  - connect\n"
			       "  - read-memory: {count: 14, chunk: 128}\n"
			       "  - continue\n";

static double sessions_a_second(const struct cell *cell, struct err *err)
{
	const struct survey_options o = {
		.faults = SURVEY_SINGLE,
		.kinds = 1u << ACT_DROP,
		.workers = 1,
	};
	struct world *w = world_new(cell, 1, err);
	struct survey s = { 0 };
	double rate = NAN;

	if (w && survey_run(&s, w, &o, err))
		rate = (double)s.all.schedules * 1e9 / (double)(s.wall_ns + 1);
	survey_release(&s);
	world_free(w);
	return rate;
}

void bench_explore(struct bench_samples *s)
{
	const struct bench_source *source = bench_source(s, "explore");
	const struct plan_text text = { "(built-in bench)", scenario,
					sizeof(scenario) - 1 };
	static const struct plan_input input;
	struct plan plan = { 0 };
	struct err err = { 0 };

	if (!source->wanted)
		return;
	if (plan_load_text(&plan, NULL, &text, &input, &err))
		for (uint64_t round = 1; round <= s->rounds && !err.kind;
		     round++)
			*bench_value(s, source, BENCH_SESSIONS, round) =
				sessions_a_second(&plan.scenarios[0].cells[0],
						  &err);
	if (err.kind)
		snprintf(bench_source(s, "explore")->why, BENCH_WHY_MAX,
			 "%.190s", err.text);
	plan_release(&plan);
}
