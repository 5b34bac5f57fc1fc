/* SPDX-License-Identifier: MIT */
#include "report/markdown.h"

#include <string.h>

#include "bench/result/escape.h"
#include "report/grid.h"
#include "report/search.h"
#include "report/sheets.h"
#include "report/trouble.h"
#include "report/words.h"

static void put_paragraph(FILE *out, const char *text)
{
	if (!text || !*text)
		return;
	escape_markdown(out, text);
	fputs("\n\n", out);
}

static void put_grid(FILE *out, struct summary *s,
		     const struct scenario_summary *scenario)
{
	struct grid grid;

	grid_make(&grid, s, scenario, GRID_IMPORTANT);
	for (size_t i = 0; i < grid.columns; i++) {
		fputs("| ", out);
		escape_markdown(out, grid.titles[i]);
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (size_t i = 0; i < grid.columns; i++)
		fputs(grid.right[i] ? "|---:" : "|---", out);
	fputs("|\n", out);
	for (size_t row = 0; row < grid.row_count; row++) {
		for (size_t i = 0; i < grid.columns; i++) {
			fputs("| ", out);
			escape_markdown(out, grid.rows[row].cells[i]);
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
	fputs("\nAll numbers are in report.csv.\n\n", out);
}

static void put_pictures(FILE *out, const struct pictures *ps,
			 const struct scenario_summary *scenario,
			 enum pictures_of of)
{
	for (size_t i = 0; i < ps->count; i++) {
		if (ps->list[i].scenario != scenario || ps->list[i].of != of)
			continue;
		fputs("![", out);
		escape_markdown(out, ps->list[i].title);
		fprintf(out, "](%s.svg)\n\n", ps->list[i].name);
		put_paragraph(out, ps->list[i].caption);
	}
}

static void put_sheets(FILE *out, struct sheets sheets)
{
	for (size_t i = 0; i < sheets.count; i++)
		sheet_markdown(out, &sheets.rows[i]);
}

static void put_ladder(FILE *out, struct report_part *part)
{
	struct sheets sheets = sheets_of_limits(&part->summary);

	if (!sheets.count)
		return;
	fputs("## The ladder\n\n", out);
	put_pictures(out, &part->pictures, NULL, PICTURES_LADDER);
	put_sheets(out, sheets);
}

static void put_prompt(FILE *out, struct report_part *part)
{
	struct sheets sheets = sheets_of_prompt(&part->summary, false);

	if (!sheets.count)
		return;
	fputs("## Time to prompt\n\n", out);
	sheet_markdown(out, &sheets.rows[0]);
	put_pictures(out, &part->pictures, NULL, PICTURES_PROMPT);
	for (size_t i = 1; i < sheets.count; i++)
		sheet_markdown(out, &sheets.rows[i]);
}

static void put_model(FILE *out, struct summary *s)
{
	struct sheets sheets = sheets_of_model(s);

	if (sheets.count)
		fputs("## Cost model\n\n", out);
	put_sheets(out, sheets);
}

static void put_troubles(FILE *out, struct summary *s,
			 const struct scenario_summary *scenario)
{
	struct troubles found = trouble_find(s, scenario);

	for (size_t i = 0; i < found.count; i++) {
		const struct trouble *row = &found.rows[i];
		const struct result_trial *trial = row->first;

		fputs("- ", out);
		escape_markdown(out, row->cell->label);
		fprintf(out, ": %zu ", row->count);
		escape_markdown(out, trouble_verdict(&s->arena, row));
		fprintf(out, " (trial %s)", row->trials);
		if (trial->detail && *trial->detail) {
			fputs("; ", out);
			escape_markdown(out, trial->detail);
		}
		if (trial->suspect.text) {
			fputs("; suspect: ", out);
			escape_markdown(out, trial->suspect.text);
		}
		if (trouble_command(trial)) {
			/* Nothing in it ends a span of code. */
			fprintf(out, "; again: `%s`", trouble_command(trial));
		}
		fputc('\n', out);
	}
	if (found.count)
		fputc('\n', out);
}

static void put_scenario(FILE *out, struct report_part *part,
			 const struct scenario_summary *scenario)
{
	const struct result_scenario *plan = scenario->scenario;
	struct summary *s = &part->summary;
	struct words_notes notes = words_notes(s, scenario);

	fputs("## ", out);
	put_paragraph(out, plan->name);
	put_paragraph(out, plan->about);
	if (plan->skip) {
		fputs("Skipped: ", out);
		put_paragraph(out, plan->skip);
		return;
	}
	put_paragraph(out, words_world(scenario));
	search_markdown(out, s, scenario);
	put_grid(out, s, scenario);
	for (size_t i = 0; i < notes.count; i++) {
		fputs("- ", out);
		escape_markdown(out, notes.rows[i]);
		fputc('\n', out);
	}
	fputs(notes.count ? "\n" : "", out);
	put_pictures(out, &part->pictures, scenario, PICTURES_SCENARIO);
	put_sheets(out, sheets_of_scenario(s, scenario));
	put_troubles(out, s, scenario);
	put_paragraph(out, words_method(s, scenario));
}

static void put_environment(FILE *out, struct summary *s)
{
	struct words_facts facts = words_environment(s);

	fputs("## Environment\n\n| | |\n|---|---|\n", out);
	for (size_t i = 0; i < facts.count; i++) {
		fputs("| ", out);
		escape_markdown(out, facts.rows[i].name);
		fputs(" | ", out);
		escape_markdown(out, facts.rows[i].value);
		fputs(" |\n", out);
	}
	fputc('\n', out);
}

static void put_part(FILE *out, struct report_part *part)
{
	struct summary *s = &part->summary;

	fputs("# kdbench ", out);
	if (*part->label)
		fprintf(out, "%s: ", part->label);
	put_paragraph(out, s->results->run.id);
	put_paragraph(out, words_extent(s));
	put_paragraph(out, words_disturbed(s));
	put_paragraph(out, words_ending(s));
	put_paragraph(out, s->prediction_problem);
	put_prompt(out, part);
	put_sheets(out, sheets_at_a_glance(s));
	put_ladder(out, part);
	for (size_t i = 0; i < s->scenario_count; i++)
		put_scenario(out, part, &s->scenarios[i]);
	put_model(out, s);
	put_environment(out, s);
}

void markdown_page(FILE *out, struct report_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		put_part(out, &parts->rows[i]);
}
