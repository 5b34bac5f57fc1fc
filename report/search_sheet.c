/* SPDX-License-Identifier: MIT */
/* Searches as text: sentences, lines of marks, and the table of points. */
#include "report/search.h"

#include <math.h>
#include <string.h>

#include "bench/result/escape.h"
#include "report/text.h"

#define STRIP 50

void search_text(FILE *out, struct summary *s,
		 const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	struct searches found = search_find(arena, s->results, scenario);

	for (size_t i = 0; i < found.count; i++) {
		const struct result_search *row = found.rows[i];

		text_wrap(out, search_sentence(arena, scenario, row), 2, 4, "");
		if (row->point_count > 1)
			text_wrap(out,
				  arena_printf(arena, "%s %s %s", row->from,
					       search_strip(arena, row, STRIP),
					       row->to),
				  4, 4, "");
	}
	if (found.count)
		fputs("  + good, x bad, - not tried\n", out);
}

void search_html(FILE *out, struct summary *s,
		 const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	struct searches found = search_find(arena, s->results, scenario);

	if (!found.count)
		return;
	fputs("<ul class=\"search\">\n", out);
	for (size_t i = 0; i < found.count; i++) {
		fputs("<li>", out);
		escape_html(out,
			    search_sentence(arena, scenario, found.rows[i]));
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

void search_markdown(FILE *out, struct summary *s,
		     const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	struct searches found = search_find(arena, s->results, scenario);

	for (size_t i = 0; i < found.count; i++) {
		fputs("- ", out);
		escape_markdown(
			out, search_sentence(arena, scenario, found.rows[i]));
		fputc('\n', out);
	}
	if (found.count)
		fputc('\n', out);
}

/* --- the table --------------------------------------------------------------
 */

static const char *count_text(struct arena *arena, double value)
{
	return isfinite(value) ? arena_printf(arena, "%.0f", value) : "-";
}

/* "48 to 100 %" */
static const char *odds_text(struct arena *arena, const struct result_point *p)
{
	if (isnan(p->low) || isnan(p->high))
		return "-";
	return arena_printf(arena, "%.0f to %.0f %%", 100 * p->low,
			    100 * p->high);
}

static const char *verdicts_text(struct arena *arena,
				 const struct result_point *p)
{
	const char *text = "";
	double finished = 0; /* the star is for them only */

	for (size_t i = 0; i < p->verdicts.count; i++) {
		const struct result_counter *row = &p->verdicts.rows[i];
		enum verdict_slot slot = slot_of(row->name);

		text = arena_printf(arena, "%s%s%.0f %s", text, i ? ", " : "",
				    row->value, row->name);
		if (slot == SLOT_COMPLETED || slot == SLOT_RECOVERED)
			finished += row->value;
	}
	if (p->healed > 0 && finished > 0)
		text = arena_printf(arena, "%s (%.0f*)", text,
				    fmin(p->healed, finished));
	return text;
}

static void add_point(struct sheet *sheet, const char *name,
		      const struct result_point *p)
{
	struct arena *arena = sheet->arena;
	const struct number rate =
		number_text(QUANTITY_BYTES_S, p->throughput_bytes_s);

	sheet_row(sheet);
	sheet_set(sheet, 0, name);
	sheet_set(sheet, 1, p->value);
	sheet_set(sheet, 2, p->is);
	sheet_set(sheet, 3,
		  arena_printf(arena, "%s of %s", count_text(arena, p->good),
			       count_text(arena, p->trials)));
	sheet_set(sheet, 4, odds_text(arena, p));
	sheet_set(sheet, 5, verdicts_text(arena, p));
	sheet_set(sheet, 6, arena_strdup(arena, rate.text));
	sheet_set(sheet, 7,
		  arena_printf(arena, "%s%s", count_text(arena, p->order),
			       p->probe ? ", a probe" : ""));
}

bool search_sheet(struct sheet *sheet, struct summary *s,
		  const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	struct searches found = search_find(arena, s->results, scenario);

	if (!found.count)
		return false;
	sheet_begin(sheet, arena,
		    arena_printf(arena,
				 "Search: the values of %s that were "
				 "tried",
				 found.rows[0]->setting));
	sheet->where = SHEET_NOT_TERMINAL;
	sheet_column(sheet, "of", NULL, false);
	sheet_column(sheet, "value", NULL, true);
	sheet_column(sheet, "is", NULL, false);
	sheet_column(sheet, "good trials", NULL, true);
	sheet_column(sheet, "odds of a good one (95 %)", NULL, true);
	sheet_column(sheet, "verdicts", NULL, false);
	sheet_column(sheet, "throughput", NULL, true);
	sheet_column(sheet, "tried as number", NULL, true);
	for (size_t i = 0; i < found.count; i++) {
		const char *name = search_name(arena, scenario, found.rows[i]);

		for (size_t k = 0; k < found.rows[i]->point_count; k++)
			add_point(sheet, name, &found.rows[i]->points[k]);
	}
	sheet_note(sheet,
		   "A point is good if most of its trials are: they ended as "
		   "the scenario expects, without kdbench having to end the "
		   "faults (*), and fast enough if throughput is what is "
		   "searched by. Odds are Clopper and Pearson's interval. "
		   "Confidence: 100 % less the chances with which coins would "
		   "have fallen as clearly at the last good and the first bad "
		   "point; it does not say that there is no other cliff "
		   "between points that were not tried. Probes look for one.");
	return true;
}
