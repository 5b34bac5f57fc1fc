/* SPDX-License-Identifier: MIT */
/*
 * How kdbench speaks: failures with their place, the source line, a caret and a
 * hint; warnings and notes. All of it goes to standard error. Control
 * characters are shown, never sent, since files and guests are not trusted.
 */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <stdio.h>

#include "bench/base/err.h"

/*
 * Print a failure:
 *
 *	x.yaml:3:3: error: unknown key 'probabilty'
 *	    3 |   probabilty: 0.1
 *	      |   ^
 *	hint: did you mean 'probability'?
 *
 * The file is opened again to show its line; without it the line is left out.
 */
void message_err(FILE *out, const struct err *err);

/* "warning: <text>" on standard error. */
void message_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "note: <text>" on standard error. */
void message_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Write text of unknown origin on one line: control characters and broken
 * UTF-8 are shown as \xNN.
 */
void message_text(FILE *out, const char *text);

#endif
