/* SPDX-License-Identifier: MIT */
/* What the page says of a whole run: at a glance, the ladder, the model. */
#include "report/html.h"

#include <stdlib.h>

#include "bench/result/escape.h"
#include "report/sheets.h"
#include "report/svg.h"

void html_sheets(FILE *out, const struct sheets *sheets)
{
	for (size_t i = 0; i < sheets->count; i++)
		sheet_html(out, &sheets->rows[i]);
}

void html_pictures(FILE *out, const struct pictures *ps,
		   const struct scenario_summary *scenario, enum pictures_of of)
{
	for (size_t i = 0; i < ps->count; i++) {
		const struct picture *picture = &ps->list[i];
		char *svg;

		if (picture->scenario != scenario || picture->of != of)
			continue;
		svg = svg_element(ps->dir, picture->name);
		if (!svg)
			continue;
		fputs("<figure>\n<div class=\"wide\">", out);
		fputs(svg, out);
		free(svg);
		fputs("</div>\n<figcaption>", out);
		escape_html(out, picture->caption);
		fputs("</figcaption>\n</figure>\n", out);
	}
}

void html_prompt(FILE *out, struct report_part *part, size_t index)
{
	struct sheets sheets = sheets_of_prompt(&part->summary, false);

	if (!sheets.count)
		return;
	fprintf(out, "<section id=\"prompt%zu\">\n<h2>Time to prompt</h2>\n",
		index);
	html_tag(out, "p class=\"about\"",
		 "How long until there is a prompt, a stack, a module list, a "
		 "dump, with a debugger that thinks and one that does not?");
	sheet_html(out, &sheets.rows[0]);
	html_pictures(out, &part->pictures, NULL, PICTURES_PROMPT);
	for (size_t i = 1; i < sheets.count; i++)
		sheet_html(out, &sheets.rows[i]);
	fputs("</section>\n", out);
}

void html_glance(FILE *out, struct report_part *part, size_t index)
{
	struct sheets sheets = sheets_at_a_glance(&part->summary);

	if (!sheets.count)
		return;
	fprintf(out, "<section id=\"glance%zu\">\n", index);
	html_sheets(out, &sheets);
	fputs("</section>\n", out);
}

void html_ladder(FILE *out, struct report_part *part, size_t index)
{
	struct sheets sheets = sheets_of_limits(&part->summary);

	if (!sheets.count)
		return;
	fprintf(out, "<section id=\"ladder%zu\">\n<h2>The ladder</h2>\n",
		index);
	html_tag(out, "p class=\"about\"",
		 "How fast does memory move by our transports, and how fast "
		 "could it?");
	html_pictures(out, &part->pictures, NULL, PICTURES_LADDER);
	html_sheets(out, &sheets);
	fputs("</section>\n", out);
}

void html_model(FILE *out, struct report_part *part, size_t index)
{
	struct sheets sheets = sheets_of_model(&part->summary);

	if (!sheets.count)
		return;
	fprintf(out, "<section id=\"model%zu\">\n<h2>Cost model</h2>\n", index);
	html_tag(out, "p class=\"about\"",
		 "What is the time of an operation made of, how well does that "
		 "explain what was measured, and what does it make of numbers "
		 "that others published?");
	html_sheets(out, &sheets);
	fputs("</section>\n", out);
}
