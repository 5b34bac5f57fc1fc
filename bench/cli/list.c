/* SPDX-License-Identifier: MIT */
#include "bench/cli/list.h"

#include <stdio.h>
#include <string.h>

#include "bench/base/units.h"
#include "bench/cli/list_catalogue.h"
#include "bench/plan/expectation.h"
#include "bench/plan/group.h"
#include "bench/plan/guests.h"
#include "bench/plan/profile.h"
#include "bench/plan/scenario.h"
#include "bench/plan/search.h"
#include "bench/session/script.h"
#include "inject/stage.h"

/* "wait: spin|adaptive, default adaptive" and the help below it. */
static void print_row(const char *prefix, const struct setting *row,
		      const char *initial)
{
	char legal[200];

	setting_legal(row, legal, sizeof(legal));
	printf("  %s%s: %s", prefix, row->key, legal);
	if (!initial)
		printf("; required");
	else if (*initial)
		printf("; default %s", initial);
	printf("\n      %s\n", row->help);
}

static void print_rows(const char *prefix, const struct setting *rows)
{
	for (; rows->key; rows++)
		print_row(prefix, rows, rows->initial);
}

bool list_kinds(struct err *err)
{
	(void)err;
	for (size_t i = 0; i < TRANSPORT_KIND_COUNT; i++) {
		const struct transport_type *t = &transport_types[i];

		printf("kind %s: %s\n  stands for %s\n", t->kind, t->help,
		       t->stands_for);
		print_rows("", t->settings);
	}
	return true;
}

bool list_search(struct err *err)
{
	(void)err;
	puts("search: where a result turns, of one setting");
	print_rows("", search_settings);
	return true;
}

bool list_rows(struct err *err)
{
	(void)err;
	for (size_t i = 0; i < SCRIPT_KIND_COUNT; i++) {
		printf("%s: %s\n", script_types[i].key, script_types[i].help);
		print_rows("", script_types[i].settings);
	}
	return true;
}

bool list_guest_keys(struct err *err)
{
	(void)err;
	printf("a guest of somebody else, under 'guests:' in bench.yaml\n"
	       "  about: text\n      for this list\n");
	for (size_t i = 0; guests_borrowed[i].key; i++) {
		struct path path;

		if (path_find(guests_borrowed[i].path, &path))
			print_row("", path.row, guests_borrowed[i].initial);
	}
	print_rows("", external_settings);
	return true;
}

static void print_fault(const struct stage_type *type)
{
	printf("%s: %s\n", type->name, type->help);
	print_rows("", type->settings);
}

bool list_fault_kind(const char *name)
{
	const struct stage_type *type = stage_find(name);

	if (type)
		print_fault(type);
	return type;
}

bool list_faults(struct err *err)
{
	list_fault_kinds(err);
	printf("\nthe catalogue: what is known to break KD, and how it "
	       "ends\n");
	return list_catalogue(err);
}

bool list_fault_kinds(struct err *err)
{
	(void)err;
	for (size_t i = 0; stage_types[i]; i++)
		print_fault(stage_types[i]);
	printf("and around each of them, when it acts\n");
	print_rows("", when_settings);
	print_rows("packet.", when_packet_settings);
	return true;
}

static void print_end(const struct step_type *type)
{
	const char *comma = "  ends by ";

	if (type->ends_by_count) {
		printf("%scount", comma);
		comma = ", ";
	}
	if (type->ends_by_size) {
		printf("%ssize", comma);
		comma = ", ";
	}
	if (type->ends_by_duration) {
		printf("%sduration", comma);
		comma = ", ";
	}
	if (*comma == ' ')
		return;
	if (type->initial_end)
		printf("; default count %s", type->initial_end);
	printf("%s\n", type->warms_up ? "; takes warmup" : "");
}

bool list_steps(struct err *err)
{
	(void)err;
	for (size_t i = 0; i < STEP_KIND_COUNT; i++) {
		const struct step_type *type = &step_types[i];

		printf("%s: %s%s\n", type->key, type->help,
		       type->measured ? " (measured)" : "");
		print_end(type);
		print_rows("", type->settings);
	}
	return true;
}

/* What it is, then each setting in which it differs and who says so. */
static void print_profiles(const char *group, const struct profile *profiles)
{
	for (; profiles->name; profiles++) {
		printf("%s.profile: %s\n  %s\n", group, profiles->name,
		       profiles->help);
		if (!profiles->values[0].key)
			printf("  every setting at its default\n");
		for (size_t i = 0; profiles->values[i].key; i++)
			printf("  %s: %s (%s)\n", profiles->values[i].key,
			       profiles->values[i].value,
			       profiles->values[i].source);
	}
}

bool list_profiles(struct err *err)
{
	(void)err;
	print_profiles("target", target_profiles);
	print_profiles("debugger", debugger_profiles);
	return true;
}

static const char *home_name(enum home home)
{
	return home == HOME_CELL       ? ""
	       : home == HOME_SCENARIO ? " (not in a matrix)"
				       : " (bench.yaml and --set only)";
}

bool list_settings(struct err *err)
{
	(void)err;
	for (const struct group *g = groups; g->name; g++) {
		char prefix[40] = "";

		if (*g->name)
			snprintf(prefix, sizeof(prefix), "%s.", g->name);
		if (g->help)
			printf("%s%s%s%s\n", g->name, *g->name ? ": " : "",
			       g->help, home_name(g->home));
		print_rows(prefix, g->rows);
	}
	printf("transport.*: see 'kdbench list transports'\n"
	       "guest.* of a guest of somebody else: see 'kdbench list "
	       "guests'\n");
	return true;
}

bool list_expectations(struct err *err)
{
	(void)err;
	printf("verdict: one of 'kdbench list verdicts', or a list of them; "
	       "default [completed, recovered]\n");
	for (const struct expect_metric *m = expect_metrics; m->name; m++)
		printf("%s: %s\n    compare with %s%s\n", m->name, m->help,
		       m->percent ? "a percentage such as 50%"
				  : units_example(m->unit),
		       m->per_step ? "; also as steps.NAME of one step" : "");
	return true;
}

bool list_verdicts(struct err *err)
{
	(void)err;
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		printf("%s: %s\n", verdict_names[i], verdict_help[i]);
	return true;
}

bool list_needs(struct err *err)
{
	(void)err;
	for (const struct need *need = needs; need->name; need++)
		printf("%s: %s\n", need->name, need->help);
	return true;
}
