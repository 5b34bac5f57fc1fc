/* SPDX-License-Identifier: MIT */
#include "bench/cli/message.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/base/utf8.h"
#include "bench/result/escape.h"

#define LINE_MAX_BYTES 400 /* of a source line that is worth showing */

void message_text(FILE *out, const char *text)
{
	escape_terminal(out, text);
}

/* Line 'number' of a file, without its end; NULL if it cannot be had. */
static char *source_line(const char *path, unsigned number)
{
	FILE *file;
	char *line = NULL;
	size_t size = 0;
	ssize_t len = -1;
	struct stat st;

	/* What came through a pipe cannot be read again. */
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	file = fopen(path, "r");
	if (!file)
		return NULL;
	for (unsigned i = 0; i < number; i++) {
		len = getline(&line, &size, file);
		if (len < 0)
			break;
	}
	fclose(file);
	if (len < 0 || len > LINE_MAX_BYTES) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* The line, and a caret under column 'col'. */
static void show_line(FILE *out, const struct err_where *where)
{
	char *line = source_line(where->file, where->line);
	const char *at = line;

	if (!line)
		return;
	fprintf(out, "%5u | ", where->line);
	message_text(out, line);
	fputs("\n      | ", out);
	for (unsigned i = 1; i < where->col && *at; i++) {
		fputc(' ', out);
		at += utf8_len(at);
	}
	fputs("^\n", out);
	free(line);
}

void message_err(FILE *out, const struct err *err)
{
	const struct err_where *where = &err->where;

	if (where->file)
		message_text(out, where->file);
	else
		fputs("kdbench", out);
	if (where->file && where->line)
		fprintf(out, ":%u:%u", where->line, where->col);
	fputs(": error: ", out);
	message_text(out, err->text);
	fputc('\n', out);
	if (where->file && where->line)
		show_line(out, where);
	if (*err->hint) {
		fputs("hint: ", out);
		message_text(out, err->hint);
		fputc('\n', out);
	}
}

static void say(const char *kind, const char *fmt, va_list args)
{
	char *text;

	if (vasprintf(&text, fmt, args) < 0)
		return;
	fprintf(stderr, "%s: ", kind);
	message_text(stderr, text);
	fputc('\n', stderr);
	free(text);
}

void message_warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("warning", fmt, args);
	va_end(args);
}

void message_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("note", fmt, args);
	va_end(args);
}
