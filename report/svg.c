/* SPDX-License-Identifier: MIT */
#include "report/svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"
#include "report/file.h"

/* Behind these an id follows. Texts hold no quotes: see escape_gnuplot(). */
static const char *const before_ids[] = { " id=\"", " id='", "href=\"#",
					  "href='#", "url(#" };

static const char bold[] = "font-family=\"sans-serif:Bold\"";

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Copy what stands before an id, and the prefix; how much that was, or 0. */
static size_t put_id(FILE *out, const char *at, const char *prefix)
{
	for (size_t i = 0; i < ARRAY_SIZE(before_ids); i++)
		if (starts(at, before_ids[i])) {
			fprintf(out, "%s%s-", before_ids[i], prefix);
			return strlen(before_ids[i]);
		}
	return 0;
}

/* Length of a <title> that starts here, or 0. */
static size_t title_len(const char *at)
{
	const char *end;

	if (!starts(at, "<title>"))
		return 0;
	end = strstr(at, "</title>");
	return end ? (size_t)(end - at) + strlen("</title>") : 0;
}

static void tidy(FILE *out, const char *at, const char *name, const char *title)
{
	bool titled = false;

	while (*at) {
		size_t len = title_len(at);

		if (len && !titled) {
			fputs("<title>", out);
			escape_html(out, title);
			fputs("</title>", out);
			titled = true;
		} else if (!len && starts(at, bold)) {
			fputs("font-family=\"sans-serif\" font-weight=\"bold\"",
			      out);
			len = strlen(bold);
		} else if (!len) {
			len = put_id(out, at, name);
		}
		if (!len)
			fputc(*at++, out);
		at += len;
	}
}

bool svg_tidy(const char *dir, const char *name, const char *title,
	      struct err *err)
{
	char *file = mem_printf("%s.svg", name);
	char *text = file_read(dir, file);
	FILE *out = NULL;
	bool ok = false;

	if (!text) {
		err_set(err, ERR_HOST, "gnuplot made no '%s'", file);
		goto out;
	}
	out = file_create(dir, file, err);
	if (!out)
		goto out;
	tidy(out, text, name, title);
	ok = file_close(out, dir, file, err);
out:
	free(text);
	free(file);
	return ok;
}

char *svg_element(const char *dir, const char *name)
{
	char *file = mem_printf("%s.svg", name);
	char *text = file_read(dir, file);
	char *start = text ? strstr(text, "<svg") : NULL;
	char *element = start ? mem_strdup(start) : NULL;

	free(text);
	free(file);
	return element;
}
