/* SPDX-License-Identifier: MIT */
#include "bench/cli/capture_args.h"

#include <string.h>
#include <sys/stat.h>

#include "bench/base/nearest.h"

static bool get_from(struct capture_args *args, struct err *err)
{
	struct nearest n = { .word = args->from };

	args->kind = FROM_CONTENT;
	if (!args->from)
		return true;
	for (unsigned i = FROM_CONTENT + 1; i < FROM_COUNT; i++) {
		args->kind = (enum capture_from)i;
		if (strcmp(args->from, capture_from_names[i]) == 0)
			return true;
		nearest_try(&n, capture_from_names[i]);
	}
	err_set(err, ERR_USAGE, "'--from' does not know '%s'", args->from);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "write trace, raw, kdnet-jsonl or pcapng");
}

static bool get_machine(struct capture_args *args, struct err *err)
{
	if (!args->machine)
		return true;
	args->forced = true;
	args->arch = strcmp(args->machine, "i386") == 0 ? KD_I386 : KD_AMD64;
	if (args->arch == KD_I386 || strcmp(args->machine, "amd64") == 0)
		return true;
	err_set(err, ERR_USAGE, "'--machine' does not know '%s'",
		args->machine);
	return err_hint(err, "write amd64 or i386");
}

static bool get_files(struct capture_args *args, int argc, char **argv,
		      struct err *err)
{
	bool two = args->to_target || args->to_debugger;

	if (argc > 1) {
		err_set(err, ERR_USAGE, "one capture at a time, not '%s' too",
			argv[1]);
		return err_hint(err, "two dumps of one line are given with "
				     "--to-target and --to-debugger");
	}
	if (argc == 0 && !two) {
		err_set(err, ERR_USAGE, "no capture given");
		return err_hint(err, "name a file; '-' is standard input");
	}
	if (argc && two) {
		err_set(err, ERR_USAGE, "'%s' beside the dump of a direction",
			argv[0]);
		return err_hint(err, "leave out one of them");
	}
	if (two && args->kind != FROM_CONTENT && args->kind != FROM_RAW)
		return err_set(err, ERR_USAGE,
			       "the dump of a direction is "
			       "'--from raw'");
	if (args->to_target && args->to_debugger &&
	    strcmp(args->to_target, "-") == 0 &&
	    strcmp(args->to_debugger, "-") == 0)
		return err_set(err, ERR_USAGE,
			       "standard input cannot be both directions");
	args->path = argc ? argv[0] : NULL;
	return true;
}

bool capture_args_check(struct capture_args *args, int argc, char **argv,
			struct err *err)
{
	return get_from(args, err) && get_machine(args, err) &&
	       get_files(args, argc, argv, err);
}

bool capture_args_read(const struct capture_args *args, struct capture *c,
		       struct err *err)
{
	if (args->path)
		return capture_read(c, args->path, args->kind, DIR_UNKNOWN,
				    err);
	return (!args->to_target || capture_read(c, args->to_target, FROM_RAW,
						 DIR_TO_TARGET, err)) &&
	       (!args->to_debugger ||
		capture_read(c, args->to_debugger, FROM_RAW, DIR_TO_DEBUGGER,
			     err));
}

/* Writing over what is being read would lose it. */
static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool capture_args_overwritten(const struct capture_args *args, const char *path)
{
	return same_file(path, args->path) ||
	       same_file(path, args->to_target) ||
	       same_file(path, args->to_debugger);
}
