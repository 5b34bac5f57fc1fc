/* SPDX-License-Identifier: MIT */
/* kdbench decode: annotated packets from anything that holds KD. */
#include <stdio.h>
#include <string.h>

#include "bench/cli/capture_args.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/decode/pcapng.h"
#include "bench/decode/print.h"

static struct {
	struct capture_args capture;
	const char *pcapng;
	bool json, strict;
	uint64_t verbose;
} opts;

static const struct option decode_options[] = {
	CAPTURE_ARGS_OPTIONS(opts.capture),
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

static bool check_output(struct err *err)
{
	if (!opts.pcapng)
		return true;
	if (strcmp(opts.pcapng, "-") == 0)
		return err_set(err, ERR_USAGE, "--pcapng needs a file's name");
	if (capture_args_overwritten(&opts.capture, opts.pcapng))
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
	struct capture_args *args = &opts.capture;
	struct print_options o = { .verbose = (unsigned)opts.verbose,
				   .json = opts.json };
	struct capture c = { 0 };
	bool ok;

	if (!capture_args_check(args, argc, argv, err) || !check_output(err))
		return false;
	o.forced = args->forced;
	o.arch = args->arch;
	ok = capture_args_read(args, &c, err) && show(&c, &o, code, err);
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
