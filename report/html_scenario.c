/* SPDX-License-Identifier: MIT */
/* One scenario of the page: question, table, pictures, what went wrong. */
#include "report/html.h"

#include <string.h>

#include "bench/result/escape.h"
#include "report/grid.h"
#include "report/search.h"
#include "report/text.h"
#include "report/trouble.h"
#include "report/words.h"

/* Bytes of a label that may be broken into lines. */
#define LONG 36

static void put_cell(FILE *out, const struct grid *grid, size_t row,
		     size_t column)
{
	const struct grid_row *r = &grid->rows[row];
	bool name = column < grid->names;
	const char *tag = name ? "th" : "td";

	if (grid->of_cell[column] && r->span == 0)
		return;
	fprintf(out, "<%s%s%s%s%s", tag, name ? " scope=\"row\"" : "",
		grid->right[column] ? " class=\"n\"" : "",
		column == grid->verdicts ? " class=\"v\"" : "",
		name && strlen(r->cells[column]) > LONG ? " class=\"long\""
							: "");
	if (grid->of_cell[column] && r->span > 1)
		fprintf(out, " rowspan=\"%zu\"", r->span);
	fputc('>', out);
	escape_html(out, r->cells[column]);
	fprintf(out, "</%s>", tag);
}

static void put_grid(FILE *out, struct summary *s,
		     const struct scenario_summary *scenario,
		     enum grid_width width)
{
	struct grid grid;

	grid_make(&grid, s, scenario, width);
	fputs("<div class=\"wide\"><table class=\"grid\">\n<thead><tr>", out);
	for (size_t i = 0; i < grid.columns; i++) {
		fprintf(out, "<th scope=\"col\"%s>",
			grid.right[i] ? " class=\"n\"" : "");
		escape_html(out, grid.titles[i]);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t row = 0; row < grid.row_count; row++) {
		fprintf(out, "<tr%s>",
			grid.rows[row].span ? " class=\"first\"" : "");
		for (size_t i = 0; i < grid.columns; i++)
			put_cell(out, &grid, row, i);
		fputs("</tr>\n", out);
	}
	fputs("</tbody>\n</table></div>\n", out);
}

/* All numbers there are, for those who look twice. */
static void put_all_numbers(FILE *out, struct summary *s,
			    const struct scenario_summary *scenario)
{
	fputs("<details><summary>All numbers (a wide table: scroll it "
	      "sideways)</summary>\n",
	      out);
	put_grid(out, s, scenario, GRID_ALL);
	fputs("</details>\n", out);
}

static bool is_mild(const struct trouble *row)
{
	return row->slot == SLOT_RECOVERED && !row->healed;
}

static void put_trouble(FILE *out, struct arena *arena,
			const struct trouble *row)
{
	const struct result_trial *trial = row->first;
	const char *command = trouble_command(trial);

	fprintf(out, "<li class=\"%s\"><strong>",
		is_mild(row) ? "mild" : "bad");
	escape_html(out, row->cell->label);
	fprintf(out, ": %zu ", row->count);
	escape_html(out, trouble_verdict(arena, row));
	fprintf(out, "</strong> (trial %s)", row->trials);
	if (trial->detail && *trial->detail) {
		fputs("<br>", out);
		escape_html(out, trial->detail);
	}
	if (trial->suspect.text) {
		fputs("<br>suspect: ", out);
		escape_html(out, trial->suspect.text);
	}
	if (command) {
		fputs("<br>", out);
		html_tag(out, "code", command);
	}
	fputs("</li>\n", out);
}

/* Those that recovered, or those that did not. */
static void put_list(FILE *out, struct arena *arena,
		     const struct troubles *found, bool recovered,
		     const char *title)
{
	size_t count = 0;

	for (size_t i = 0; i < found->count; i++)
		count += is_mild(&found->rows[i]) == recovered;
	if (count == 0)
		return;
	fprintf(out, "<details%s><summary>%s</summary>\n<ul>\n",
		recovered ? "" : " open", title);
	for (size_t i = 0; i < found->count; i++)
		if (is_mild(&found->rows[i]) == recovered)
			put_trouble(out, arena, &found->rows[i]);
	fputs("</ul></details>\n", out);
}

static void put_troubles(FILE *out, struct summary *s,
			 const struct scenario_summary *scenario)
{
	struct troubles found = trouble_find(s, scenario);

	put_list(out, &s->arena, &found, false,
		 "Trials that did not finish by themselves, and how to repeat "
		 "them");
	put_list(out, &s->arena, &found, true,
		 "Trials that recovered, and how to repeat them");
}

static void put_notes(FILE *out, struct summary *s,
		      const struct scenario_summary *scenario)
{
	struct words_notes notes = words_notes(s, scenario);

	if (notes.count == 0)
		return;
	fputs("<ul class=\"notes\">\n", out);
	for (size_t i = 0; i < notes.count; i++)
		html_tag(out, "li", notes.rows[i]);
	fputs("</ul>\n", out);
}

/* Settings on which all cells agree; the others are in their labels. */
static void put_settings(FILE *out, const struct scenario_summary *s)
{
	const struct result_cell *first;

	if (s->cell_count == 0 || s->cells[0].cell->param_count == 0)
		return;
	first = s->cells[0].cell;
	fputs("<details><summary>Settings that all cells share</summary>\n"
	      "<table class=\"facts\">\n",
	      out);
	for (size_t i = 0; i < first->param_count; i++) {
		const struct result_param *param = &first->params[i];

		if (!summary_shares(s, param))
			continue;
		fputs("<tr><th scope=\"row\">", out);
		escape_html(out, param->key);
		fputs("</th><td>", out);
		escape_html(out, param->value);
		fputs("</td><td class=\"source\">", out);
		escape_html(out, param->source);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></details>\n", out);
}

static void put_cell_ids(FILE *out, const struct scenario_summary *s)
{
	fputs("<details><summary>Cells and their ids</summary>\n"
	      "<table class=\"facts\">\n",
	      out);
	for (size_t i = 0; i < s->cell_count; i++) {
		fputs("<tr><td><code>", out);
		escape_html(out, s->cells[i].cell->id);
		fputs("</code></td><td>", out);
		escape_html(out, s->cells[i].label);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></details>\n", out);
}

static void put_yaml(FILE *out, const struct result_scenario *plan)
{
	if (!plan->text)
		return;
	fputs("<details><summary>The scenario, ", out);
	escape_html(out, plan->path);
	fputs("</summary>\n<pre>", out);
	escape_html(out, plan->text);
	fputs("</pre></details>\n", out);
}

static void put_repeat(FILE *out, const struct summary *s,
		       const struct result_scenario *plan)
{
	const char *seed = s->results->run.seed;

	if (!seed || !plan->path)
		return;
	fputs("<p>Again: <code>kdbench run --seed ", out);
	escape_html(out, seed);
	fputc(' ', out);
	escape_html(out, plan->path);
	fputs("</code></p>\n", out);
}

void html_scenario(FILE *out, struct report_part *part,
		   const struct scenario_summary *scenario, const char *id)
{
	const struct result_scenario *plan = scenario->scenario;
	struct summary *s = &part->summary;
	struct sheets sheets = sheets_of_scenario(s, scenario);

	fprintf(out, "<section id=\"%s\">\n", id);
	html_tag(out, "h2", plan->name);
	if (plan->about)
		html_tag(out, "p class=\"about\"", plan->about);
	if (plan->skip) {
		fputs("<p class=\"notice\">Skipped: ", out);
		escape_html(out, plan->skip);
		fputs("</p>\n", out);
	} else {
		fputs("<p class=\"extent\">", out);
		escape_html(out, summary_worlds(s, scenario));
		fputs(", ", out);
		escape_html(out, text_trials(&s->arena, scenario));
		fputs("</p>\n", out);
		if (words_world(scenario))
			html_tag(out, "p class=\"world\"",
				 words_world(scenario));
		search_html(out, s, scenario);
		put_grid(out, s, scenario, GRID_IMPORTANT);
		put_notes(out, s, scenario);
		put_all_numbers(out, s, scenario);
		html_pictures(out, &part->pictures, scenario,
			      PICTURES_SCENARIO);
		html_sheets(out, &sheets);
		put_troubles(out, s, scenario);
		html_tag(out, "h3", "How this was measured");
		html_tag(out, "p", words_method(s, scenario));
		put_repeat(out, s, plan);
		put_settings(out, scenario);
		put_cell_ids(out, scenario);
	}
	put_yaml(out, plan);
	fputs("</section>\n", out);
}
