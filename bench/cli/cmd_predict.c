/* SPDX-License-Identifier: MIT */
/* kdbench predict: what an operation is made of, here and elsewhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/predict_prompt.h"
#include "bench/cli/predict_text.h"
#include "bench/cli/predict_write.h"
#include "bench/predict/save.h"
#include "bench/result/escape.h"

static struct {
	const char *costs, *write_costs;
	bool json, force, save;
} opts;

static const struct option predict_options[] = {
	{ "costs", 0, OPTION_TEXT, &opts.costs, "FILE",
	  "predict each cell for the machine with these costs" },
	{ "write-costs", 0, OPTION_TEXT, &opts.write_costs, "FILE",
	  "write the costs of this machine, for --costs elsewhere" },
	{ "force", 0, OPTION_FLAG, &opts.force, NULL,
	  "go on though the model's error is too large or not known" },
	{ "save", 0, OPTION_FLAG, &opts.save, NULL,
	  "write " PREDICT_FILE " into the run directory, for 'report'" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "print what --save writes instead of tables" },
	{ 0 },
};

/* A run by its directory, or by the file in it. */
static char *directory_of(const char *operand)
{
	static const char file[] = "/" RESULTS_FILE;
	char *path = mem_strdup(operand);
	size_t len = strlen(path);

	if (len >= sizeof(file) && strcmp(path + len - strlen(file), file) == 0)
		path[len - strlen(file)] = '\0';
	return path;
}

/* Where the user says. */
static bool write_costs(const struct model *m, const struct results *r,
			struct err *err)
{
	const struct costs_file costs = {
		.about = r->run.host.cpu ? r->run.host.cpu : "",
		.accel = m->accel,
		.costs = m->costs,
	};
	FILE *file = fopen(opts.write_costs, "we");
	json_t *value;
	bool ok;

	if (!file)
		return err_sys(err, ERR_USAGE, "cannot write '%s'",
			       opts.write_costs);
	value = costs_file_json(&costs);
	ok = json_dumpf(value, file, JSON_INDENT(2)) == 0 &&
	     fputc('\n', file) != EOF;
	json_decref(value);
	ok = fclose(file) == 0 && ok;
	return ok ||
	       err_sys(err, ERR_HOST, "cannot write '%s'", opts.write_costs);
}

/*
 * The only model of a machine, or NULL; without one, the only one there is. A
 * target that is a process of the host runs on no machine of its own.
 */
static const struct model *machine_of(const struct models *m)
{
	const struct model *found = m->count == 1 ? &m->items[0] : NULL;
	size_t machines = 0;

	for (size_t i = 0; m->count > 1 && i < m->count; i++) {
		if (strcmp(m->items[i].accel, "none") == 0)
			continue;
		found = &m->items[i];
		machines++;
	}
	return machines > 1 ? NULL : found;
}

/* A file of costs is of one machine and one accelerator. */
static bool check_options(const struct models *m, struct err *err)
{
	if (!opts.write_costs || machine_of(m))
		return true;
	err_set(err, ERR_USAGE,
		"this run has measured under %zu accelerators, "
		"a file of costs is for one",
		m->count);
	return err_hint(err, "run the scenario with --set accel=kvm, say");
}

static void print_other(const struct costs_file *other)
{
	fputs("there: ", stdout);
	escape_terminal(stdout, *other->about ? other->about : opts.costs);
	if (*other->accel) {
		fputs(", ", stdout);
		escape_terminal(stdout, other->accel);
	}
	fputs("; costs that are not known there are taken from here\n\n",
	      stdout);
}

/* Not to be used: say why. Their tables stand, so that it can be seen. */
static bool judge(const struct models *m, enum exit_code *code)
{
	bool good = true;

	for (size_t i = 0; i < m->count; i++) {
		char why[160];

		if (model_good(&m->items[i], why))
			continue;
		good = false;
		*code = EXIT_NOT_MET;
		message_warn("the model of %s is not to be used: %s",
			     m->items[i].accel, why);
	}
	return good || opts.force;
}

static void print_all(const struct models *m, const struct results *r,
		      const struct costs_file *other)
{
	if (opts.json) {
		json_t *all = predict_all_json(m, r, other);

		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(all);
		return;
	}
	if (other)
		print_other(other);
	for (size_t i = 0; i < m->count; i++)
		predict_text_model(&m->items[i], other);
	predict_prompt_text(m, r, other);
	predict_text_anchors(m);
}

static bool predict(const char *dir, const struct results *r,
		    struct arena *arena, enum exit_code *code, struct err *err)
{
	struct costs_file file = { .about = "", .accel = "" };
	const struct costs_file *other = NULL;
	struct models m;
	bool use, ok;

	if (opts.costs && !costs_file_read(&file, opts.costs, arena, err))
		return false;
	ok = models_make(&m, r, err) && check_options(&m, err);
	if (ok) {
		use = judge(&m, code);
		other = opts.costs && use ? &file : NULL;
		print_all(&m, r, other);
		fflush(stdout);
		ok = (!opts.write_costs || !use ||
		      write_costs(machine_of(&m), r, err)) &&
		     (!opts.save || predict_write(&m, r, other, dir, err));
		if (ok && opts.force)
			*code = EXIT_HELD;
	}
	models_release(&m);
	return ok;
}

static bool predict_run(int argc, char **argv, enum exit_code *code,
			struct err *err)
{
	struct arena arena = { 0 };
	struct results r = { 0 };
	char *dir, *path;
	bool ok;

	if (argc != 1) {
		err_set(err, ERR_USAGE, "%s",
			argc ? "one run at a time" : "no run directory given");
		return err_hint(err, "type 'kdbench predict results/latest'");
	}
	dir = directory_of(argv[0]);
	path = mem_printf("%s/" RESULTS_FILE, dir);
	ok = results_read(&r, path, err) && predict(dir, &r, &arena, code, err);
	results_release(&r);
	arena_release(&arena);
	free(path);
	free(dir);
	return ok;
}

const struct cmd predict_cmd = {
	.name = "predict",
	.operands = "RUN",
	.help = "what an operation is made of, and its time on another machine",
	.options = predict_options,
	.run = predict_run,
};
