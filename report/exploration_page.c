/* SPDX-License-Identifier: MIT */
/* The page of an exploration: no script, nothing to load, all text escaped. */
#include <stdlib.h>

#include "bench/result/escape.h"
#include "report/exploration.h"
#include "report/html.h"
#include "report/svg.h"
#include "report/templates.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static void put_head(FILE *out)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<title>kdbench exploration</title>\n<style>\n",
	      out);
	fputs(template_text("page.css"), out);
	fputs("pre { font-size: 0.8em; line-height: 1.25; overflow-x: auto }\n"
	      "details { margin: 0.4em 0 }\n"
	      "summary code { font-weight: bold }\n"
	      "</style>\n</head>\n<body>\n",
	      out);
}

/* --- the matrix -------------------------------------------------------------
 */

static void put_matrix_row(FILE *out, const struct survival_row *row)
{
	fputs("<tr><th scope=\"row\">", out);
	escape_html(out, row->debugger);
	fputs(" against ", out);
	escape_html(out, row->target);
	fputs("</th><td>", out);
	escape_html(out, row->kind);
	fprintf(out, "</td><td>%llu</td>", (unsigned long long)row->schedules);
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		fprintf(out, "<td>%llu</td>", (unsigned long long)row->ends[e]);
	fprintf(out, "<td>%llu</td></tr>\n",
		(unsigned long long)row->worst_rounds);
}

static void put_matrix(FILE *out, const struct survival *s)
{
	fputs("<details>\n<summary>The same as a table</summary>\n"
	      "<div class=\"scroll\"><table>\n<tr><th>pair</th><th>faults</th>"
	      "<th>schedules</th>",
	      out);
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		html_tag(out, "th", s->ends[e]);
	fputs("<th>most rounds</th></tr>\n", out);
	for (size_t i = 0; i < s->count; i++)
		put_matrix_row(out, &s->rows[i]);
	fputs("</table></div>\n</details>\n", out);
}

static void put_picture(FILE *out, const char *dir)
{
	char *svg = svg_element(dir, "survival");

	if (svg)
		fprintf(out, "<figure>\n%s\n</figure>\n", svg);
	free(svg);
}

/* --- a pair -----------------------------------------------------------------
 */

static void put_cause(FILE *out, const json_t *cause, bool open)
{
	const char *scenario = text_of(cause, "scenario");
	const char *unseen = text_of(cause, "unseen");

	fprintf(out, "<details%s>\n<summary>", open ? " open" : "");
	fprintf(out, "%lld \xc3\x97 <strong>",
		(long long)json_integer_value(
			json_object_get(cause, "schedules")));
	escape_html(out, text_of(cause, "verdict"));
	fputs("</strong> <code>", out);
	escape_html(out, text_of(cause, "schedule"));
	fputs("</code>", out);
	if (*unseen) {
		fputs(", unseen: ", out);
		escape_html(out, unseen);
	}
	fputs("</summary>\n<pre>", out);
	escape_html(out, text_of(cause, "chart"));
	fputs("</pre>\n<p>Again: <code>", out);
	escape_html(out, text_of(cause, "repeat"));
	fputs("</code>", out);
	if (*scenario) {
		fputs("<br>As a scenario: <code>", out);
		escape_html(out, scenario);
		fputs("</code>", out);
	}
	fputs("</p>\n</details>\n", out);
}

static void put_pair(FILE *out, const json_t *pair)
{
	json_t *causes = json_object_get(pair, "causes");
	json_t *cause;
	size_t i;

	fputs("<section>\n<h2>", out);
	escape_html(out, text_of(pair, "debugger"));
	fputs(" against ", out);
	escape_html(out, text_of(pair, "target"));
	fputs(", ", out);
	escape_html(out, text_of(pair, "scenario"));
	fputs("</h2>\n", out);
	html_tag(out, "p", text_of(pair, "proof"));
	if (json_array_size(causes))
		fputs("<p>The least that fails so, and how many schedules "
		      "do:</p>\n",
		      out);
	json_array_foreach(causes, i, cause)
	{
		put_cause(out, cause, i == 0);
	}
	fputs("</section>\n", out);
}

void exploration_page(FILE *out, const struct exploration *x, const char *dir)
{
	json_t *pair;
	size_t i;

	put_head(out);
	fputs("<main>\n<h1>What survives which faults</h1>\n"
	      "<p>Each schedule of faults is a session of its own, in virtual "
	      "time. It survived if it came to its end with both ends in "
	      "agreement.</p>\n",
	      out);
	put_picture(out, dir);
	put_matrix(out, &x->matrix);
	json_array_foreach(x->pairs, i, pair)
	{
		put_pair(out, pair);
	}
	fputs("</main>\n</body>\n</html>\n", out);
}
