/* SPDX-License-Identifier: MIT */
/* kdbench session: make a scenario of a session that was recorded. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/units.h"
#include "bench/cli/capture_args.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/import/import.h"

#define NAME_MAX_LEN 64 /* of a scenario */

static struct {
	struct capture_args capture;
	const char *output, *name, *gap_max;
	uint64_t skip, rows;
	bool quiet;
} opts;

static const struct option session_options[] = {
	{ "output", 'o', OPTION_TEXT, &opts.output, "FILE",
	  "write the scenario there; default: standard output" },
	{ "name", 0, OPTION_TEXT, &opts.name, "NAME",
	  "of the scenario; default: that of the file" },
	{ "skip", 0, OPTION_COUNT, &opts.skip, "N",
	  "leave out the first N rows" },
	{ "rows", 0, OPTION_COUNT, &opts.rows, "N",
	  "at most so many; default, and most there can be: 2000" },
	{ "gap-max", 0, OPTION_TEXT, &opts.gap_max, "TIME",
	  "longer pauses are a person's and left out; default 10s" },
	CAPTURE_ARGS_OPTIONS(opts.capture),
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
	  "do not say what became of the capture" },
	{ 0 },
};

/* What the capture is called, in messages and comments. */
static const char *capture_name(void)
{
	const struct capture_args *a = &opts.capture;

	if (a->path)
		return strcmp(a->path, "-") == 0 ? "standard input" : a->path;
	return a->to_target ? a->to_target : a->to_debugger;
}

static bool check_verb(int *argc, char ***argv, struct err *err)
{
	if (*argc && strcmp((*argv)[0], "import") == 0) {
		(*argc)--;
		(*argv)++;
		return true;
	}
	if (*argc)
		err_set(err, ERR_USAGE, "'session' does not know '%s'",
			(*argv)[0]);
	else
		err_set(err, ERR_USAGE, "'session' needs to know what to do");
	return err_hint(err, "write 'kdbench session import CAPTURE'");
}

static bool get_options(struct import_options *o, struct err *err)
{
	*o = (struct import_options){
		.gap_max_ns = IMPORT_GAP_MAX_NS,
		.skip = (size_t)opts.skip,
		.rows_max = (size_t)opts.rows,
		.forced = opts.capture.forced,
		.arch = opts.capture.arch,
	};
	if (opts.rows > SCRIPT_ROWS_MAX)
		return err_set(err, ERR_USAGE,
			       "'--rows' must be at most %d: a script has no "
			       "more",
			       SCRIPT_ROWS_MAX);
	if (opts.gap_max && units_read(UNIT_DURATION, opts.gap_max,
				       &o->gap_max_ns) != UNITS_OK) {
		err_set(err, ERR_USAGE, "'--gap-max' cannot be '%s'",
			opts.gap_max);
		return err_hint(err, "write %s", units_example(UNIT_DURATION));
	}
	if (opts.output && capture_args_overwritten(&opts.capture, opts.output))
		return err_set(err, ERR_USAGE,
			       "--output would overwrite the capture '%s'",
			       opts.output);
	return true;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The name of a file as the name of a scenario: what does not fit is a '-'. */
static void name_of_file(char name[NAME_MAX_LEN + 1])
{
	const char *slash = strrchr(capture_name(), '/');
	const char *at = slash ? slash + 1 : capture_name();
	const char *dot = strrchr(at, '.');
	size_t len = 0;

	for (; *at && at != dot && len < NAME_MAX_LEN; at++) {
		char c = *at;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (is_plain(c))
			name[len++] = c;
		else if (len && name[len - 1] != '-')
			name[len++] = '-';
	}
	while (len && name[len - 1] == '-')
		len--;
	name[len] = '\0';
	if (!len)
		strcpy(name, "recorded");
}

static bool get_name(char name[NAME_MAX_LEN + 1], struct err *err)
{
	bool ok = true;

	if (!opts.name) {
		name_of_file(name);
		return true;
	}
	for (const char *at = opts.name; *at; at++)
		ok = ok && (is_plain(*at) || (*at == '-' && at != opts.name));
	if (!ok || !*opts.name || strlen(opts.name) > NAME_MAX_LEN) {
		err_set(err, ERR_USAGE, "'--name' cannot be '%s'", opts.name);
		return err_hint(err, "a-z, 0-9 and '-', at most %d of them",
				NAME_MAX_LEN);
	}
	strcpy(name, opts.name);
	return true;
}

static bool write_file(const struct import *im, const char *name,
		       struct err *err)
{
	FILE *out = fopen(opts.output, "w");
	bool ok;

	if (!out)
		return err_sys(err, ERR_HOST, "cannot create '%s'",
			       opts.output);
	import_write(im, name, capture_name(), out);
	ok = !ferror(out);
	ok = fclose(out) == 0 && ok;
	return ok || err_sys(err, ERR_HOST, "cannot write '%s'", opts.output);
}

static void note(void *env, const char *text)
{
	(void)env;
	message_note("%s", text);
}

static bool import(const struct capture *c, const struct import_options *o,
		   const char *name, struct err *err)
{
	struct packet_list list;
	struct import im = { 0 };
	bool ok;

	packet_list_cut(&list, c);
	ok = import_packets(&im, c, &list, o, err) ||
	     err_while(err, "%s", capture_name());
	if (ok && opts.output)
		ok = write_file(&im, name, err);
	else if (ok)
		import_write(&im, name, capture_name(), stdout);
	if (ok && !opts.quiet)
		import_tell(&im, note, NULL);
	import_release(&im);
	packet_list_release(&list);
	if (ok && *c->note)
		message_warn("%s", c->note);
	return ok;
}

/* What is wrong with a file that was named is wrong on the command line. */
static bool read_capture(struct capture *c, struct err *err)
{
	if (capture_args_read(&opts.capture, c, err))
		return true;
	err->kind = ERR_USAGE;
	return false;
}

static bool session_run(int argc, char **argv, enum exit_code *code,
			struct err *err)
{
	char name[NAME_MAX_LEN + 1];
	struct import_options o;
	struct capture c = { 0 };
	bool ok;

	(void)code;
	if (!check_verb(&argc, &argv, err) ||
	    !capture_args_check(&opts.capture, argc, argv, err) ||
	    !get_options(&o, err) || !get_name(name, err))
		return false;
	ok = read_capture(&c, err) && import(&c, &o, name, err);
	capture_release(&c);
	return ok;
}

const struct cmd session_cmd = {
	.name = "session",
	.operands = "import [CAPTURE]",
	.help = "make a scenario of a recorded session",
	.options = session_options,
	.run = session_run,
};
