/* SPDX-License-Identifier: MIT */
/* From the tables of 'kdbench bench' to a plan: scenarios as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/cli/bench.h"
#include "bench/plan/yaml.h"

#define CONFIG "bench.yaml"
#define SCENARIOS_MAX 16

/* What all of them are measured on. */
#define COMMON "guest: { name: kdbench, memory: 64MiB, pattern: 16MiB }\n"
#define EXPECT "expect: { verdict: [completed, recovered] }\n"

/* bench.yaml, another one, or none: *found says whether there is one. */
static bool read_config(struct plan_text *to, bool *found, const char *path,
			struct arena *arena, struct err *err)
{
	struct yaml_text file;

	*found = path || access(CONFIG, F_OK) == 0;
	if (!*found)
		return true;
	if (!yaml_read(&file, path ? path : CONFIG, arena, err))
		return false;
	*to = (struct plan_text){ file.path, file.text, file.len };
	return true;
}

static uint64_t rounds_of(const struct bench_scenario *s, uint64_t rounds)
{
	return s->rounds_max && s->rounds_max < rounds ? s->rounds_max : rounds;
}

/* The scenario, with these rows ("    - { ... }\n") as its matrix. */
static struct plan_text scenario_text(const struct bench_scenario *s,
				      const char *rows, uint64_t rounds,
				      struct arena *arena)
{
	const char *text = arena_printf(
		arena,
		"name: %s\nabout: %s\n" COMMON "matrix:\n  include:\n%s%s"
		"trials: %" PRIu64 "\n" EXPECT,
		s->name, s->about, rows, s->text, rounds_of(s, rounds));

	return (struct plan_text){
		.path = "(built-in bench)",
		.text = text,
		.len = strlen(text),
	};
}

static const struct bench_scenario *scenario_named(const char *name)
{
	const struct bench_scenario *s = bench_scenarios;

	while (strcmp(s->name, name) != 0)
		s++;
	return s;
}

/* Can this row be planned by itself? If not, its source says why. */
static bool try_row(struct bench_source *source, const struct plan_text *config,
		    struct arena *arena)
{
	static const struct plan_input input;
	const struct bench_row *row = source->row;
	const struct bench_scenario *s = scenario_named(row->scenario);
	const char *rows = arena_printf(arena, "    - { %s }\n", row->cell);
	struct plan_text text = scenario_text(s, rows, 1, arena);
	struct plan plan;
	struct err err = { 0 };
	bool ok = plan_load_text(&plan, config, &text, &input, &err);

	plan_release(&plan);
	if (!ok)
		snprintf(source->why, sizeof(source->why), "%.190s", err.text);
	return ok;
}

/* All rows of a scenario that are wanted and can be planned; "" if none. */
static const char *gather(const struct bench_scenario *s,
			  struct bench_samples *samples,
			  const struct plan_text *config, struct arena *arena)
{
	const char *rows = "";

	for (size_t i = 0; i < samples->count; i++) {
		struct bench_source *source = &samples->sources[i];
		const struct bench_row *row = source->row;

		if (!source->wanted || !row ||
		    strcmp(row->scenario, s->name) != 0 ||
		    !try_row(source, config, arena))
			continue;
		rows = arena_printf(arena, "%s    - { %s }\n", rows, row->cell);
	}
	return rows;
}

/* Cells come in the order of their rows, which are all different. */
static bool find_cells(struct plan *plan, struct bench_samples *s,
		       struct err *err)
{
	for (size_t i = 0; i < plan->scenario_count; i++) {
		struct scenario *scenario = &plan->scenarios[i];
		size_t cells = 0;

		for (size_t k = 0; k < s->count; k++) {
			struct bench_source *to = &s->sources[k];

			if (!to->wanted || !to->row || to->why[0] ||
			    strcmp(to->row->scenario, scenario->name) != 0)
				continue;
			if (cells < scenario->cell_count)
				to->cell = &scenario->cells[cells];
			cells++;
		}
		if (cells != scenario->cell_count)
			return err_set(err, ERR_CONFIG,
				       "'%s' has %zu cells for %zu rows",
				       scenario->name, scenario->cell_count,
				       cells);
	}
	return true;
}

bool bench_plan(struct plan *plan, struct bench_samples *s, const char *config,
		struct arena *arena, struct err *err)
{
	const struct plan_input input = { .resolve_accel = true };
	struct plan_text texts[SCENARIOS_MAX], file;
	size_t count = 0;
	bool found, ok = read_config(&file, &found, config, arena, err);

	*plan = (struct plan){ 0 };
	for (const struct bench_scenario *b = bench_scenarios; ok && b->name;
	     b++) {
		const char *rows = gather(b, s, found ? &file : NULL, arena);

		if (*rows)
			texts[count++] =
				scenario_text(b, rows, s->rounds, arena);
	}
	return ok &&
	       plan_load_texts(plan, found ? &file : NULL, texts, count, &input,
			       err) &&
	       find_cells(plan, s, err);
}

bool bench_plan_guest(struct plan *plan, const char *config,
		      struct arena *arena, struct err *err)
{
	static const struct plan_text scenario = {
		.path = "(built-in bench)",
		.text = "name: neighbours\n" COMMON "transport: ring\n"
			"session: [connect]\n",
		.len = sizeof("name: neighbours\n" COMMON "transport: ring\n"
			      "session: [connect]\n") -
		       1,
	};
	const struct plan_input input = { .resolve_accel = true };
	struct plan_text file;
	bool found, ok = read_config(&file, &found, config, arena, err);

	*plan = (struct plan){ 0 };
	return ok && plan_load_text(plan, found ? &file : NULL, &scenario,
				    &input, err);
}
