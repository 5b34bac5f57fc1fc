/* SPDX-License-Identifier: MIT */
/*
 * Text that came from a guest, a peer or a file, made harmless for the place
 * where it is shown. Each function appends to a stream; each takes any bytes,
 * valid UTF-8 or not, and turns NULL into "-".
 */
#ifndef RESULT_ESCAPE_H
#define RESULT_ESCAPE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Terminal: control characters, bytes that are not UTF-8 and characters that
 * turn the direction of writing become \xNN or \u{NNNN}; newlines and tabs
 * become spaces. One line stays one line.
 */
void escape_terminal(FILE *out, const char *text);

/* HTML and XML, text and double-quoted attributes. Newlines and tabs stay. */
void escape_html(FILE *out, const char *text);

/*
 * Markdown, inside a table or out: no character starts markup, HTML or a new
 * table cell. What means nothing where it stands is left as it is, so that the
 * text can be read. Newlines become spaces.
 */
void escape_markdown(FILE *out, const char *text);

/*
 * One field of RFC 4180, quoted if needed. A text that a spreadsheet would
 * take for a formula gets a leading apostrophe.
 */
void escape_csv(FILE *out, const char *text);

/*
 * A gnuplot string in single quotes. Characters that mean anything to gnuplot
 * anywhere (quotes, backticks, backslashes) are replaced by look-alikes. To be
 * shown with 'noenhanced'.
 */
void escape_gnuplot(FILE *out, const char *text);

/* One word of a POSIX shell, in single quotes if it needs any. */
void escape_shell(FILE *out, const char *text);

/* escape_terminal() into a string; free() it. */
char *escape_terminal_text(const char *text);

/*
 * Decode the character at 'text' (not at its final NUL) into *c and return how
 * many bytes it has. A byte that is not part of valid UTF-8 has length 1 and
 * is returned as 0xDC00 + byte, which no valid text contains.
 */
size_t utf8_next(const char *text, uint32_t *c);

/*
 * Columns that the first 'len' bytes of a text, or all if it is shorter, take
 * on a terminal: two for wide characters, none for accents that combine.
 */
size_t utf8_columns(const char *text, size_t len);

/* How many bytes of 'text', in whole characters, fit into 'columns'. */
size_t utf8_fit(const char *text, size_t columns);

#endif
