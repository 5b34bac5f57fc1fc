/* SPDX-License-Identifier: MIT */
/* A command line as one text, and as its words: a small part of a shell. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"

/*
 * Split a text as a shell would: words end at blanks, tabs and line ends, but
 * not within '...' (where everything stands for itself) or "..." (where a
 * backslash takes '"' and itself out), nor behind a backslash. Nothing is
 * expanded. *words gets 'count' of them and a NULL, all in the arena. False
 * (ERR_CONFIG): a quote is not closed, or the text ends in a backslash.
 */
bool words_split(const char *text, struct arena *arena,
		 const char *const **words, size_t *count, struct err *err);

/* A word as a piece of such a text, in quotes if need be; in the arena. */
const char *words_quote(const char *word, struct arena *arena);

#endif
