/* SPDX-License-Identifier: MIT */
/* The options of those commands that read a capture. */
#ifndef CLI_CAPTURE_ARGS_H
#define CLI_CAPTURE_ARGS_H

#include "bench/cli/options.h"
#include "bench/decode/capture.h"
#include "bench/kd/layout.h"

struct capture_args {
	const char *from, *machine, *to_target, *to_debugger;
	/* By capture_args_check(): */
	const char *path; /* of the one operand, or NULL */
	enum capture_from kind;
	bool forced; /* 'arch' is the user's */
	enum kd_arch arch;
};

#define CAPTURE_ARGS_OPTIONS(args)                                                 \
	{ "from",      0,                                                          \
	  OPTION_TEXT, &(args).from,                                               \
	  "KIND",      "trace, raw, kdnet-jsonl or pcapng; else by content" },     \
		{ "to-target",       0,      OPTION_TEXT,                          \
		  &(args).to_target, "FILE", "raw bytes that the debugger sent" }, \
		{ "to-debugger",       0,      OPTION_TEXT,                        \
		  &(args).to_debugger, "FILE", "raw bytes that the target sent" }, \
	{                                                                          \
		"machine", 0, OPTION_TEXT, &(args).machine, "NAME",                \
			"amd64 or i386; default: as the packets tell"              \
	}

/* Check the options, and the operands that are left. */
bool capture_args_check(struct capture_args *args, int argc, char **argv,
			struct err *err);

/* Read what they name into *c, which is zeroed. Release it in any case. */
bool capture_args_read(const struct capture_args *args, struct capture *c,
		       struct err *err);

/* Would writing to 'path' lose what is to be read? */
bool capture_args_overwritten(const struct capture_args *args,
			      const char *path);

#endif
