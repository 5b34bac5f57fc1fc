/* SPDX-License-Identifier: MIT */
/* kdbench check: validate scenarios and list their cells. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/plan_args.h"
#include "bench/plan/search.h"
#include "bench/result/escape.h"

static struct {
	struct plan_args plan;
	bool json;
} opts;

static const struct option check_options[] = {
	PLAN_ARGS_OPTIONS(opts.plan),
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "print the cells with all their settings as JSON" },
	{ 0 },
};

/* Paths and --set may hold any bytes; JSON may not. */
static json_t *text(const char *value)
{
	json_t *string = json_string(value);
	char *shown;

	if (string)
		return string;
	shown = escape_terminal_text(value);
	string = json_string(shown);
	free(shown);
	return string;
}

static json_t *cell_json(const struct cell *cell)
{
	json_t *params = json_object();
	json_t *sources = json_object();

	for (size_t i = 0; i < cell->param_count; i++) {
		const struct param *p = &cell->params[i];

		json_object_set_new(params, p->key, text(p->value));
		json_object_set_new(sources, p->key, text(p->source));
	}
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o}", "id", cell->id, "label",
		text(cell->label), "params", params, "sources", sources, "skip",
		cell->skip_reason ? text(cell->skip_reason) : json_null());
}

static json_t *scenario_json(const struct scenario *s)
{
	const struct trials_config *t = &s->trials;
	json_t *cells = json_array();
	json_t *notes = json_array();

	for (size_t i = 0; i < s->cell_count; i++)
		json_array_append_new(cells, cell_json(&s->cells[i]));
	for (size_t i = 0; s->notes[i]; i++)
		json_array_append_new(notes, text(s->notes[i]));
	return json_pack("{s:o, s:s, s:s, s:{s:I, s:I, s:I}, s:o, s:o, s:o}",
			 "path", text(s->path), "name", s->name, "about",
			 s->about, "trials", "min", (json_int_t)t->min, "max",
			 (json_int_t)t->max, "warmup", (json_int_t)t->warmup,
			 "skip",
			 s->skip_reason ? text(s->skip_reason) : json_null(),
			 "notes", notes, "cells", cells);
}

static void print_json(const struct plan *plan)
{
	json_t *scenarios = json_array();

	for (size_t i = 0; i < plan->scenario_count; i++)
		json_array_append_new(scenarios,
				      scenario_json(&plan->scenarios[i]));
	json_dumpf(scenarios, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(scenarios);
}

static void print_line(const char *before, const char *line)
{
	fputs(before, stdout);
	escape_terminal(stdout, line);
	putchar('\n');
}

static void print_cell(const struct cell *cell)
{
	printf("  %s  ", cell->id);
	print_line("", cell->label);
}

/* The ends of each search; what may be tried between them has --json. */
static void print_search(const struct scenario *s)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell *cell = &s->cells[i];

		if (!cell->point || cell->point + 1 == s->search->count)
			print_cell(cell);
	}
}

static void print_extent(const struct scenario *s)
{
	const struct search *search = s->search;

	if (search)
		printf(": %s: %zu search%s for %s, %zu points each, ", s->name,
		       search->rows, search->rows == 1 ? "" : "es",
		       search->setting, search->count);
	else
		printf(": %s: %zu cell%s, ", s->name, s->cell_count,
		       s->cell_count == 1 ? "" : "s");
}

static void print_scenario(const struct scenario *s)
{
	const struct trials_config *t = &s->trials;

	escape_terminal(stdout, s->path);
	print_extent(s);
	printf("%" PRIu64, t->min);
	if (t->max > t->min)
		printf(" to %" PRIu64, t->max);
	printf(" trial%s each\n", t->max == 1 ? "" : "s");
	if (s->skip_reason)
		print_line("  skipped here: ", s->skip_reason);
	if (s->search)
		print_search(s);
	for (size_t i = 0; !s->search && i < s->cell_count; i++)
		print_cell(&s->cells[i]);
	for (size_t i = 0; s->notes[i]; i++)
		print_line("  note: ", s->notes[i]);
}

/*
 * Ids depend on what 'accel: auto' means here. Where that cannot be found out,
 * because there is no QEMU, the files can still be checked.
 */
static bool load(struct plan *plan, int argc, char **argv, struct err *err)
{
	if (plan_args_load(plan, &opts.plan, argc, argv, true, err))
		return true;
	if (err->kind != ERR_HOST && err->kind != ERR_GUEST)
		return false;
	message_warn("%s; the ids below are those of accel: tcg", err->text);
	*err = (struct err){ 0 };
	return plan_args_load(plan, &opts.plan, argc, argv, false, err);
}

static bool check_run(int argc, char **argv, enum exit_code *code,
		      struct err *err)
{
	struct plan plan;

	(void)code;
	if (!load(&plan, argc, argv, err))
		return false;
	if (opts.json)
		print_json(&plan);
	for (size_t i = 0; !opts.json && i < plan.scenario_count; i++)
		print_scenario(&plan.scenarios[i]);
	plan_release(&plan);
	return true;
}

const struct cmd check_cmd = {
	.name = "check",
	.operands = "SCENARIO...",
	.help = "validate scenarios and list their cells; run nothing",
	.options = check_options,
	.run = check_run,
};
