/* SPDX-License-Identifier: MIT */
#include "bench/cli/replay_trial.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/message.h"
#include "bench/cli/replay_chart.h"
#include "bench/explore/replay.h"
#include "bench/run/interrupt.h"

/* Files that are compared are small; what does not fit is not the same. */
#define FILE_MAX_BYTES (INT64_C(512) << 20)

static bool same_as_file(const char *text, const char *path)
{
	FILE *in = fopen(path, "re");
	size_t len = strlen(text), at = 0, n;
	char buffer[65536];
	bool same = in != NULL;

	while (same && (n = fread(buffer, 1, sizeof(buffer), in)) > 0) {
		same = n <= len - at && memcmp(buffer, text + at, n) == 0;
		at += n;
	}
	if (in)
		fclose(in);
	return same && at == len;
}

/*
 * The plan of the trial: the scenario as the run directory holds it, with the
 * options that the run had unless others are given now.
 */
static bool load_plan(struct plan *plan, const struct replayed *r,
		      struct plan_args *args, char **options, struct err *err)
{
	struct option rows[] = { PLAN_ARGS_OPTIONS(*args),
				 { "files", 0, OPTION_TEXT, &args->extra[0].set,
				   "DIR", "" },
				 { 0 } };
	bool given = args->config || args->attach || args->set.count;
	int count = 0;
	bool help;

	while (options[count])
		count++;
	if (!given && !options_parse(rows, &count, options, &help, err))
		return false;
	if (args->extra[0].set) {
		args->extra[0].set =
			mem_printf("files.dir=%s", args->extra[0].set);
		args->extra[0].written = "--files of the run";
	}
	args->scenario = r->scenario->text;
	return plan_args_load(plan, args, 0, NULL, true, err);
}

static void show_chart(const struct replay_outcome *o,
		       const struct replay_options *opt, struct err *err)
{
	struct capture capture = { 0 };
	struct chart_input in = { .capture = &capture,
				  .acts = o->acts,
				  .act_count = o->act_count,
				  .verdict = verdict_names[o->verdict],
				  .detail = o->detail };
	struct chart chart;

	if (opt->quiet && !opt->svg)
		return;
	if (capture_read_bytes(&capture, "(trace)", (const uint8_t *)o->trace,
			       strlen(o->trace), FROM_TRACE, DIR_UNKNOWN,
			       err)) {
		chart_make(&chart, &in);
		(void)replay_chart_show(&chart, opt->quiet, opt->svg, opt->rows,
					err);
		chart_release(&chart);
	}
	capture_release(&capture);
}

/* Over the simulator every byte must be the same: *what says of what. */
static bool same_bytes(const struct replayed *r, const struct plan *plan,
		       const struct cell *cell, const struct replay_outcome *o,
		       const char **what, struct err *err)
{
	struct replay_outcome seeded;
	bool same;

	if (r->trace_path) {
		*what = "trace";
		return same_as_file(o->trace, r->trace_path);
	}
	*what = "trace of the trial run again from its seed";
	same = replayed_run(r, plan, cell, true, &seeded, err) &&
	       strcmp(seeded.trace, o->trace) == 0 &&
	       strcmp(seeded.faults, o->faults) == 0;
	replay_outcome_release(&seeded);
	return same;
}

static void say_faults(const struct replayed *r, const struct replay_outcome *o)
{
	if (o->from_log)
		printf("faults: %zu of %zu acts met their packet again\n",
		       o->act_count, r->faults.count);
	else
		printf("faults: drawn from the seed again, %zu acts (were "
		       "%zu)\n",
		       o->act_count, r->faults.count);
}

static bool run_once(const struct replayed *r, const struct plan *plan,
		     const struct cell *cell, const struct replay_options *opt,
		     bool last, bool *same, struct err *err)
{
	struct replay_outcome o;
	const char *what = NULL;
	bool ok = replayed_run(r, plan, cell, opt->from_seed, &o, err);
	bool bytes = true;

	*same = ok && strcmp(verdict_names[o.verdict], r->trial->verdict) == 0;
	if (ok && o.virtual_time)
		bytes = same_bytes(r, plan, cell, &o, &what, err);
	ok = ok && !err->kind;
	if (ok && last) {
		show_chart(&o, opt, err);
		say_faults(r, &o);
		printf("verdict: %s, was ", verdict_names[o.verdict]);
		message_text(stdout, r->trial->verdict);
		printf(": %s\n", *same ? "the same" : "not the same");
		if (what)
			printf("bytes: %s the %s\n",
			       bytes ? "the same as" : "not those of", what);
	}
	*same = *same && bytes;
	replay_outcome_release(&o);
	return ok && !err->kind;
}

static void say_undoable(const struct replayed *r, const struct cell *cell)
{
	bool virtual_time = transport_types[cell->transport.kind].virtual_time;

	if (r->faults.undoable)
		message_note("%zu acts of '%s' cannot be done by address; "
			     "faults are drawn from the seed again%s",
			     r->faults.undoable, r->faults.undoable_name,
			     virtual_time ? "" : ", when they are due");
}

static bool run_all(const struct replayed *r, const struct plan *plan,
		    const struct replay_options *opt, enum exit_code *code,
		    struct err *err)
{
	const struct cell *cell = replayed_cell(r, plan, err);
	uint64_t alike = 0;

	if (!cell)
		return false;
	if (!opt->quiet)
		say_undoable(r, cell);
	interrupt_catch();
	for (uint64_t i = 1; i <= opt->times; i++) {
		bool same;

		if (!run_once(r, plan, cell, opt, i == opt->times, &same, err))
			return false;
		alike += same;
	}
	if (opt->times > 1)
		printf("%" PRIu64 " of %" PRIu64 " times the same\n", alike,
		       opt->times);
	if (alike < opt->times)
		*code = EXIT_NOT_MET;
	return true;
}

/* What failed may name a file of the run, or of its plan, which go now. */
static void keep_place(struct err *err)
{
	static char file[4096];

	if (!err->where.file)
		return;
	snprintf(file, sizeof(file), "%s", err->where.file);
	err->where.file = file;
}

bool replay_trial(char **argv, const struct replay_options *o,
		  struct plan_args *args, enum exit_code *code, struct err *err)
{
	struct replayed r;
	struct plan plan = { 0 };
	char **options = NULL;
	bool ok = replayed_open(&r, argv[0], argv[1], err);

	if (ok && r.faults.count == 0 && !o->quiet)
		message_note("nothing acted in this trial");
	if (ok) {
		options = replayed_options(&r);
		ok = load_plan(&plan, &r, args, options, err) &&
		     run_all(&r, &plan, o, code, err);
	}
	keep_place(err);
	plan_release(&plan);
	for (size_t i = 0; options && options[i]; i++)
		free(options[i]);
	free(options);
	replayed_release(&r);
	return ok;
}
