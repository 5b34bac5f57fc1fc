/* SPDX-License-Identifier: MIT */
/*
 * Options as rows: one row feeds the parser, its messages and --help. A command
 * keeps its options in a static struct that the rows point into:
 *
 *	static struct {
 *		const char *output;
 *		bool quiet;
 *	} opts;
 *
 *	static const struct option run_options[] = {
 *		{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
 *		  "where results go" },
 *		{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
 *		  "print results only" },
 *		{ 0 },
 *	};
 *
 * Every command understands --help without a row of its own.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/base/err.h"

/* The type of the variable that 'to' points at. */
enum option_type {
	OPTION_FLAG,  /* bool: set to true */
	OPTION_TIMES, /* uint64_t: how often it was given */
	OPTION_COUNT, /* uint64_t: 3, 0x10 */
	OPTION_TEXT,  /* const char *: borrowed from argv; the last one wins */
	OPTION_LIST,  /* struct option_list: may be written several times */
};

/* What an OPTION_LIST collected; a zeroed one is empty. */
struct option_list {
	const char **items; /* borrowed from argv; the array is ours */
	size_t count;
};

struct option {
	const char *name; /* without the dashes */
	char letter;      /* short form, or 0 */
	enum option_type type;
	void *to;
	const char *operand; /* "DIR" in --output DIR; NULL for a flag */
	const char *help;    /* one line, lower case, no full stop */
};

/*
 * Take the options out of argv: --name VALUE, --name=VALUE, --flag, -o VALUE,
 * -oVALUE; '--' ends them. What remains, the operands, is moved to the front of
 * argv and *argc becomes their number. *help is set if --help or -h was there;
 * then nothing else was checked. Failures are ERR_USAGE and name the nearest
 * known option.
 */
bool options_parse(const struct option *options, int *argc, char **argv,
		   bool *help, struct err *err);

/* One line per row, for --help. */
void options_print(FILE *out, const struct option *options);

/* Free the array of a list and empty it. */
void option_list_release(struct option_list *list);

#endif
