/* SPDX-License-Identifier: MIT */
/* kdbench decode: annotated packets from anything that holds KD. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/base/nearest.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/decode/pcapng.h"
#include "bench/decode/print.h"

static struct {
	const char *from, *machine, *pcapng, *to_target, *to_debugger;
	bool json, strict;
	uint64_t verbose;
} opts;

static const struct option decode_options[] = {
	{ "from", 0, OPTION_TEXT, &opts.from, "KIND",
	  "trace, raw, kdnet-jsonl or pcapng; else by content" },
	{ "to-target", 0, OPTION_TEXT, &opts.to_target, "FILE",
	  "raw bytes that the debugger sent" },
	{ "to-debugger", 0, OPTION_TEXT, &opts.to_debugger, "FILE",
	  "raw bytes that the target sent" },
	{ "machine", 0, OPTION_TEXT, &opts.machine, "NAME",
	  "amd64 or i386; default: as the packets tell" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "print one JSON object a packet" },
	{ "pcapng", 0, OPTION_TEXT, &opts.pcapng, "FILE",
	  "write the packets to FILE as pcapng too" },
	{ "strict", 0, OPTION_FLAG, &opts.strict, NULL,
	  "exit 1 if anything is damaged" },
	{ "verbose", 'v', OPTION_TIMES, &opts.verbose, NULL,
	  "show every field; twice: all bytes of data" },
	{ 0 },
};

static bool get_from(enum capture_from *from, struct err *err)
{
	struct nearest n = { .word = opts.from };

	*from = FROM_CONTENT;
	if (!opts.from)
		return true;
	for (unsigned i = FROM_CONTENT + 1; i < FROM_COUNT; i++) {
		*from = (enum capture_from)i;
		if (strcmp(opts.from, capture_from_names[i]) == 0)
			return true;
		nearest_try(&n, capture_from_names[i]);
	}
	err_set(err, ERR_USAGE, "'--from' does not know '%s'", opts.from);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "write trace, raw, kdnet-jsonl or pcapng");
}

static bool get_machine(struct print_options *o, struct err *err)
{
	if (!opts.machine)
		return true;
	o->forced = true;
	o->arch = strcmp(opts.machine, "i386") == 0 ? KD_I386 : KD_AMD64;
	if (o->arch == KD_I386 || strcmp(opts.machine, "amd64") == 0)
		return true;
	err_set(err, ERR_USAGE, "'--machine' does not know '%s'", opts.machine);
	return err_hint(err, "write amd64 or i386");
}

static bool check(int argc, char **argv, enum capture_from from,
		  struct err *err)
{
	bool two = opts.to_target || opts.to_debugger;

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
	if (two && from != FROM_CONTENT && from != FROM_RAW)
		return err_set(err, ERR_USAGE,
			       "the dump of a direction is "
			       "'--from raw'");
	if (opts.to_target && opts.to_debugger &&
	    strcmp(opts.to_target, "-") == 0 &&
	    strcmp(opts.to_debugger, "-") == 0)
		return err_set(err, ERR_USAGE,
			       "standard input cannot be both directions");
	return true;
}

static bool read_captures(struct capture *c, char **argv,
			  enum capture_from from, struct err *err)
{
	if (!opts.to_target && !opts.to_debugger)
		return capture_read(c, argv[0], from, DIR_UNKNOWN, err);
	return (!opts.to_target || capture_read(c, opts.to_target, FROM_RAW,
						DIR_TO_TARGET, err)) &&
	       (!opts.to_debugger || capture_read(c, opts.to_debugger, FROM_RAW,
						  DIR_TO_DEBUGGER, err));
}

/* Writing over what is being read would lose it. */
static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool check_output(const char *input, struct err *err)
{
	if (!opts.pcapng)
		return true;
	if (strcmp(opts.pcapng, "-") == 0)
		return err_set(err, ERR_USAGE, "--pcapng needs a file's name");
	if (same_file(opts.pcapng, input) ||
	    same_file(opts.pcapng, opts.to_target) ||
	    same_file(opts.pcapng, opts.to_debugger))
		return err_set(err, ERR_USAGE,
			       "--pcapng would overwrite the capture '%s'",
			       opts.pcapng);
	return true;
}

static bool export(const struct packet_list *list, const struct capture *c,
		   struct err *err)
{
	FILE *out = fopen(opts.pcapng, "wb");
	bool ok;

	if (!out)
		return err_sys(err, ERR_HOST, "cannot create '%s'",
			       opts.pcapng);
	ok = pcapng_write(list, c, out);
	ok = fclose(out) == 0 && ok;
	return ok || err_sys(err, ERR_HOST, "cannot write '%s'", opts.pcapng);
}

static bool show(const struct capture *c, struct print_options *o,
		 enum exit_code *code, struct err *err)
{
	struct packet_list list;
	bool damaged = false;
	bool ok;

	o->timed = c->timed;
	packet_list_cut(&list, c);
	ok = !opts.pcapng || export(&list, c, err);
	if (ok)
		print_list(stdout, &list, o, &damaged);
	if (ok && list.count == 0)
		message_note("there are no packets in it");
	packet_list_release(&list);
	if (*c->note)
		message_warn("%s", c->note);
	if (opts.strict && (damaged || c->cut))
		*code = EXIT_NOT_MET;
	return ok;
}

static bool decode_run(int argc, char **argv, enum exit_code *code,
		       struct err *err)
{
	struct print_options o = { .verbose = (unsigned)opts.verbose,
				   .json = opts.json };
	struct capture c = { 0 };
	enum capture_from from;
	bool ok;

	if (!get_from(&from, err) || !get_machine(&o, err) ||
	    !check(argc, argv, from, err) ||
	    !check_output(argc ? argv[0] : NULL, err))
		return false;
	ok = read_captures(&c, argv, from, err) && show(&c, &o, code, err);
	capture_release(&c);
	return ok;
}

const struct cmd decode_cmd = {
	.name = "decode",
	.operands = "[CAPTURE]",
	.help = "annotated packets of a trace, a serial dump or a pcapng",
	.options = decode_options,
	.run = decode_run,
};
