/* SPDX-License-Identifier: MIT */
/* kdbench list: what exists, from the tables that make it work. */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/nearest.h"
#include "bench/cli/cmd.h"
#include "bench/cli/list.h"
#include "bench/cli/list_catalogue.h"
#include "bench/cli/message.h"
#include "bench/plan/config.h"
#include "bench/plan/scenario.h"
#include "bench/result/escape.h"

static struct {
	const char *config;
	bool json;
} opts;

static const struct option list_options[] = {
	{ "config", 0, OPTION_TEXT, &opts.config, "FILE",
	  "settings of this machine instead of bench.yaml" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "of faults: names and expected verdicts as JSON" },
	{ 0 },
};

/* Scenarios are files; those that cannot be read are shown with the reason. */
static void print_scenario(const char *path)
{
	struct scenario_source source;
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct yaml_text text;

	escape_terminal(stdout, path);
	fputs("\n    ", stdout);
	if (yaml_read(&text, path, &arena, &err) &&
	    scenario_read(&source, &text, &arena, &err))
		escape_terminal(stdout, source.about);
	else
		escape_terminal(stdout, err.text);
	putchar('\n');
	arena_release(&arena);
}

static bool list_scenarios(struct err *err)
{
	glob_t found = { 0 };

	if (glob("scenarios/*.yaml", 0, NULL, &found) != 0 || !found.gl_pathc) {
		globfree(&found);
		err_set(err, ERR_HOST, "there is no 'scenarios/*.yaml' here");
		return err_hint(err, "run kdbench in its own folder");
	}
	(void)glob("scenarios/long/*.yaml", GLOB_APPEND, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		print_scenario(found.gl_pathv[i]);
	globfree(&found);
	return true;
}

/* What bench.yaml names, and the kinds with their settings. */
static bool list_transports(struct err *err)
{
	struct arena arena = { 0 };
	struct config config;

	if (!config_load(&config, opts.config, &arena, err)) {
		arena_release(&arena);
		return false;
	}
	for (size_t i = 0; i < config.transport_count; i++) {
		const struct transport_def *t = &config.transports[i];

		printf("%s (%s", t->name, transport_types[t->kind].kind);
		for (size_t k = 0; k < t->params.count; k++) {
			printf(", %s: ", t->params.items[k].key);
			escape_terminal(stdout, t->params.items[k].value.text);
		}
		fputs(")\n    ", stdout);
		escape_terminal(stdout, t->about);
		putchar('\n');
	}
	putchar('\n');
	arena_release(&arena);
	return list_kinds(err);
}

/* What bench.yaml names, and what an entry there may say. */
static bool list_guests(struct err *err)
{
	struct arena arena = { 0 };
	struct config config;

	if (!config_load(&config, opts.config, &arena, err)) {
		arena_release(&arena);
		return false;
	}
	printf("%s (built in)\n    kdbench's own kernel\n", GUEST_OWN);
	for (size_t i = 0; i < config.guest_count; i++) {
		const struct guest_def *g = &config.guests[i];

		printf("%s (", g->name);
		for (size_t k = 0; k < g->params.count; k++) {
			const char *key = g->params.items[k].key;

			printf("%s%s: ", k ? ", " : "", strchr(key, '.') + 1);
			escape_terminal(stdout, g->params.items[k].value.text);
		}
		puts(*g->about ? ")" : ")\n    somebody else's");
		if (*g->about) {
			fputs("    ", stdout);
			escape_terminal(stdout, g->about);
			putchar('\n');
		}
	}
	putchar('\n');
	arena_release(&arena);
	return list_guest_keys(err);
}

static const struct {
	const char *what;
	bool (*print)(struct err *err);
} lists[] = {
	{ "scenarios", list_scenarios },
	{ "transports", list_transports },
	{ "guests", list_guests },
	{ "faults", list_faults },
	{ "steps", list_steps },
	{ "rows", list_rows },
	{ "profiles", list_profiles },
	{ "settings", list_settings },
	{ "expectations", list_expectations },
	{ "verdicts", list_verdicts },
	{ "needs", list_needs },
	{ "search", list_search },
};

/* 'list faults NAME': a part of that list, a kind of fault, or a case. */
static bool list_one_fault(const char *name, struct err *err)
{
	struct nearest n = { .word = name };
	bool found;

	if (strcmp(name, "kinds") == 0)
		return list_fault_kinds(err);
	if (strcmp(name, "catalogue") == 0)
		return list_catalogue(err);
	if (list_fault_kind(name))
		return true;
	if (!list_case(name, &found, &n, err) || found)
		return found;
	err_set(err, ERR_USAGE, "there is no fault '%s'", name);
	return err_hint(err,
			n.best ? "did you mean '%s'?"
			       : "'kdbench list faults' shows them, and the "
				 "cases of the catalogue such as F23",
			n.best);
}

static bool list_run(int argc, char **argv, enum exit_code *code,
		     struct err *err)
{
	struct nearest n = { .word = argc ? argv[0] : "" };
	bool faults = argc && strcmp(argv[0], "faults") == 0;

	(void)code;
	if (argc > (faults ? 2 : 1))
		return err_set(err, ERR_USAGE,
			       "'list' takes one operand, not '%s' as well",
			       argv[argc - 1]);
	if (opts.json && (!faults || argc > 1))
		return err_set(err, ERR_USAGE,
			       "--json is there for 'list faults' only");
	if (argc > 1)
		return list_one_fault(argv[1], err);
	if (opts.json)
		return list_faults_json(err);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (argc && strcmp(lists[i].what, argv[0]) == 0)
			return lists[i].print(err);
		if (argc)
			nearest_try(&n, lists[i].what);
		else
			printf("kdbench list %s\n", lists[i].what);
	}
	if (!argc)
		return true;
	err_set(err, ERR_USAGE, "there is no list of '%s'", argv[0]);
	return err_hint(err,
			n.best ? "did you mean '%s'?"
			       : "'kdbench list' shows what there is",
			n.best);
}

const struct cmd list_cmd = {
	.name = "list",
	.operands = "[WHAT [NAME]]",
	.help = "show what exists: scenarios, transports, guests, steps, ...",
	.options = list_options,
	.run = list_run,
};
