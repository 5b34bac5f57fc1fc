/* SPDX-License-Identifier: MIT */
#include "bench/cli/list_catalogue.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/plan/catalogue.h"
#include "bench/plan/profile.h"
#include "inject/stage.h"

/* "hang", or "gave-up or hang". */
static const char *say(struct arena *arena, unsigned verdicts)
{
	const char *text = "";

	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		if (verdicts & 1u << i)
			text = arena_printf(arena, "%s%s%s", text,
					    *text ? " or " : "",
					    verdict_names[i]);
	}
	return text;
}

/* "naive hang (ms: completed)": the targets that differ from the last. */
static void print_debugger(struct plan *plan, const char *name,
			   const char *debugger, const char *before)
{
	const struct profile *last = target_profiles;
	const char *comma = " (";
	unsigned usual;

	while (last[1].name)
		last++;
	usual = catalogue_expects(plan, name, last->name, debugger);
	printf("%s%s %s", before, debugger, say(&plan->arena, usual));
	for (const struct profile *t = target_profiles; t < last; t++) {
		unsigned own = catalogue_expects(plan, name, t->name, debugger);

		if (own == usual)
			continue;
		printf("%s%s: %s", comma, t->name, say(&plan->arena, own));
		comma = ", ";
	}
	if (*comma == ',')
		putchar(')');
}

bool list_catalogue(struct err *err)
{
	struct plan plan;

	if (!catalogue_load(&plan, err))
		return false;
	for (size_t i = 0; i < plan.scenarios[0].case_count; i++) {
		const struct plan_case *c = &plan.scenarios[0].cases[i];
		const char *before = "    ";

		printf("%s: %s\n", c->name, c->about);
		for (const struct profile *d = debugger_profiles; d->name;
		     d++) {
			print_debugger(&plan, c->name, d->name, before);
			before = ", ";
		}
		putchar('\n');
	}
	plan_release(&plan);
	return true;
}

/* Its lines of the file, without the two columns that they are indented by. */
static void print_text(const struct scenario *s, const struct plan_case *c)
{
	const char *at = s->text;

	for (uint32_t line = 1; *at && line < c->line + c->lines; line++) {
		size_t len = strcspn(at, "\n");

		if (line >= c->line)
			printf("%.*s\n", len > 2 ? (int)len - 2 : 0,
			       len > 2 ? at + 2 : "");
		at += len + (at[len] == '\n');
	}
}

static void print_table(struct plan *plan, const char *name)
{
	printf("\n%-8s", "");
	for (const struct profile *d = debugger_profiles; d->name; d++)
		printf("  %-*s", d[1].name ? 15 : 0, d->name);
	putchar('\n');
	for (const struct profile *t = target_profiles; t->name; t++) {
		printf("%-8s", t->name);
		for (const struct profile *d = debugger_profiles; d->name; d++)
			printf("  %-*s", d[1].name ? 15 : 0,
			       say(&plan->arena,
				   catalogue_expects(plan, name, t->name,
						     d->name)));
		putchar('\n');
	}
}

static void print_case(struct plan *plan, const struct plan_case *c)
{
	print_text(&plan->scenarios[0], c);
	print_table(plan, c->name);
	printf("\nkdbench run %s --set case=%s\n"
	       "kdbench replay %s --set case=%s \\\n"
	       "  --set debugger.profile=%s --set target.profile=%s\n",
	       CATALOGUE_PATH, c->name, CATALOGUE_PATH, c->name,
	       debugger_profiles[0].name, target_profiles[0].name);
}

bool list_case(const char *name, bool *found, struct nearest *nearest,
	       struct err *err)
{
	struct plan plan;
	const struct scenario *s;

	*found = false;
	if (!catalogue_load(&plan, err))
		return false;
	s = &plan.scenarios[0];
	for (size_t i = 0; i < s->case_count && !*found; i++) {
		*found = strcasecmp(s->cases[i].name, name) == 0;
		if (*found)
			print_case(&plan, &s->cases[i]);
	}
	/* The plan's names do not live on: those that match are the tables'. */
	for (size_t i = 0; !*found && stage_types[i]; i++)
		nearest_try(nearest, stage_types[i]->name);
	plan_release(&plan);
	return true;
}

static json_t *expected_json(const struct plan *plan, const char *name)
{
	json_t *pairs = json_array();

	for (const struct profile *t = target_profiles; t->name; t++) {
		for (const struct profile *d = debugger_profiles; d->name;
		     d++) {
			unsigned expected =
				catalogue_expects(plan, name, t->name, d->name);
			json_t *verdicts = json_array();

			for (unsigned i = 0; i < VERDICT_COUNT; i++) {
				if (expected & 1u << i)
					json_array_append_new(
						verdicts,
						json_string(verdict_names[i]));
			}
			json_array_append_new(
				pairs, json_pack("{s:s, s:s, s:o}", "target",
						 t->name, "debugger", d->name,
						 "verdicts", verdicts));
		}
	}
	return pairs;
}

bool list_faults_json(struct err *err)
{
	json_t *faults = json_array(), *cases = json_array(), *all;
	struct plan plan;

	if (!catalogue_load(&plan, err)) {
		json_decref(faults);
		json_decref(cases);
		return false;
	}
	for (size_t i = 0; stage_types[i]; i++)
		json_array_append_new(faults,
				      json_pack("{s:s, s:s}", "name",
						stage_types[i]->name, "help",
						stage_types[i]->help));
	for (size_t i = 0; i < plan.scenarios[0].case_count; i++) {
		const struct plan_case *c = &plan.scenarios[0].cases[i];

		json_array_append_new(
			cases, json_pack("{s:s, s:s, s:I, s:o}", "name",
					 c->name, "about", c->about, "line",
					 (json_int_t)c->line, "expected",
					 expected_json(&plan, c->name)));
	}
	all = json_pack("{s:o, s:s, s:o}", "faults", faults, "path",
			CATALOGUE_PATH, "cases", cases);
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
	plan_release(&plan);
	return true;
}
