/* SPDX-License-Identifier: MIT */
/* For tests: are all texts of a picture inside it, and none over another? */
#ifndef TEST_SVG_TEXTS_H
#define TEST_SVG_TEXTS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"

#define SVG_TEXTS_MAX 1000

/* Half a font's size is less than its average character is wide. */
struct svg_text {
	double left, right, top, bottom;
	char text[120];
};

/* The text that begins at 'at', as gnuplot writes it; false: it is empty. */
static inline bool svg_text_read(const char *at, struct svg_text *t)
{
	const char *anchor = strstr(at, "text-anchor=\"");
	const char *size = strstr(at, "font-size=\"");
	const char *text = strstr(at, "<text>");
	double x = strtod(at, NULL);
	double y = strtod(strchr(at, ',') + 1, NULL);
	double font, width;
	size_t len;

	if (!anchor || !size || !text)
		return false;
	anchor += strlen("text-anchor=\"");
	font = strtod(size + strlen("font-size=\""), NULL);
	text += strlen("<text>");
	len = strcspn(text, "<");
	if (strspn(text, " ") == len)
		return false;
	width = (double)utf8_columns(text, len) * font / 2;
	t->left = *anchor == 's'   ? x
		  : *anchor == 'e' ? x - width
				   : x - width / 2;
	t->right = t->left + width;
	t->top = y - 0.7 * font;
	t->bottom = y;
	snprintf(t->text, sizeof(t->text), "%.*s", (int)len, text);
	return true;
}

/* What is wrong with the texts of an SVG, or NULL; free() it. */
static inline char *svg_texts_problem(const char *svg, double width)
{
	static struct svg_text texts[SVG_TEXTS_MAX];
	size_t count = 0;

	for (const char *at = svg;
	     (at = strstr(at, "<g transform=\"translate("));) {
		const char *next;

		at += strlen("<g transform=\"translate(");
		next = strstr(at, "<g ");
		/* A group of its own: lines and points have none. */
		if (strstr(at, "<text>") &&
		    (!next || strstr(at, "<text>") < next) &&
		    count < SVG_TEXTS_MAX)
			count += svg_text_read(at, &texts[count]);
	}
	if (count == 0)
		return mem_strdup("there are no texts");
	for (size_t i = 0; i < count; i++) {
		const struct svg_text *a = &texts[i];

		if (a->left < 0 || a->right > width)
			return mem_printf("'%s' is cut off", a->text);
		for (size_t k = 0; k < i; k++) {
			const struct svg_text *b = &texts[k];

			if (a->left < b->right && b->left < a->right &&
			    a->top < b->bottom && b->top < a->bottom)
				return mem_printf("'%s' is over '%s'", a->text,
						  b->text);
		}
	}
	return NULL;
}

#endif
