/* SPDX-License-Identifier: MIT */
#include "report/sheet.h"

#include <string.h>

#include "bench/result/escape.h"
#include "report/table.h"
#include "report/text.h"

_Static_assert(SHEET_COLUMNS <= TABLE_COLUMNS, "a terminal has all columns");

/* A column may be broken into lines down to this. */
#define WRAP_MIN 11

void sheet_begin(struct sheet *s, struct arena *arena, const char *title)
{
	*s = (struct sheet){ .arena = arena, .title = title };
}

size_t sheet_column(struct sheet *s, const char *title, const char *brief,
		    bool right)
{
	if (s->column_count == SHEET_COLUMNS)
		return SHEET_COLUMNS - 1;
	s->columns[s->column_count] = (struct sheet_column){
		.title = title,
		.brief = brief ? brief : title,
		.right = right,
	};
	return s->column_count++;
}

void sheet_page_only(struct sheet *s)
{
	if (s->column_count)
		s->columns[s->column_count - 1].page_only = true;
}

void sheet_row(struct sheet *s)
{
	if (s->row_count == s->row_room) {
		struct sheet_row *rows;

		s->row_room = s->row_room * 2 + 16;
		rows = arena_alloc(s->arena, s->row_room * sizeof(*rows));
		if (s->row_count)
			memcpy(rows, s->rows, s->row_count * sizeof(*rows));
		s->rows = rows;
	}
	s->rows[s->row_count++] = (struct sheet_row){ 0 };
}

void sheet_heading(struct sheet *s, const char *text)
{
	sheet_row(s);
	s->rows[s->row_count - 1].heading = true;
	sheet_set(s, 0, text);
}

void sheet_set(struct sheet *s, size_t column, const char *text)
{
	s->rows[s->row_count - 1].cells[column] = text;
}

void sheet_note(struct sheet *s, const char *text)
{
	if (s->note_count < SHEET_NOTES)
		s->notes[s->note_count++] = text;
}

static bool says_something(const struct sheet *s, size_t column)
{
	for (size_t i = 0; i < s->row_count; i++) {
		const char *text = s->rows[i].cells[column];

		if (text && *text && strcmp(text, "-") != 0)
			return true;
	}
	return column == 0;
}

static size_t shown_columns(const struct sheet *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->column_count; i++)
		count += says_something(s, i);
	return count;
}

static const char *cell(const struct sheet *s, size_t row, size_t column)
{
	const char *text = s->rows[row].cells[column];

	return text ? text : "";
}

/* --- terminal ---------------------------------------------------------------
 */

/* A row of what a terminal shows. */
static void text_row(struct table *t, const struct sheet *s, size_t row)
{
	size_t at = 0;

	table_row(t);
	for (size_t i = 0; i < s->column_count; i++)
		if (!s->columns[i].page_only)
			table_set(t, at++, cell(s, row, i));
	if (s->rows[row].heading)
		table_set(t, 0, arena_printf(s->arena, "%s:", cell(s, row, 0)));
}

void sheet_text(FILE *out, const struct sheet *s)
{
	struct table t = { 0 };

	if (s->where != SHEET_EVERYWHERE)
		return;
	text_wrap(out, s->title, 0, 2, "");
	for (size_t i = 0; i < s->column_count; i++)
		if (!s->columns[i].page_only)
			table_column(&t, s->columns[i].brief,
				     s->columns[i].right,
				     i > 1 ? (unsigned)i : 0,
				     s->columns[i].right ? 0 : WRAP_MIN);
	for (size_t row = 0; row < s->row_count; row++)
		text_row(&t, s, row);
	table_print(&t, out, 0, TEXT_WIDTH);
	table_release(&t);
	for (size_t i = 0; i < s->note_count; i++)
		text_wrap(out, s->notes[i], 0, 2, "");
	fputc('\n', out);
}

/* --- page -------------------------------------------------------------------
 */

static void html_head(FILE *out, const struct sheet *s)
{
	fputs("<thead><tr>", out);
	for (size_t i = 0; i < s->column_count; i++) {
		if (!says_something(s, i))
			continue;
		fprintf(out, "<th scope=\"col\"%s>",
			s->columns[i].right ? " class=\"n\"" : "");
		escape_html(out, s->columns[i].title);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n", out);
}

static void html_cell(FILE *out, const struct sheet *s, size_t row,
		      size_t column)
{
	const char *tag = column ? "td" : "th";
	const char *class = s->columns[column].right ? " class=\"n\"" : "";

	if (!s->columns[column].right && column)
		class = " class=\"t\"";
	fprintf(out, "<%s%s%s>", tag, column ? "" : " scope=\"row\"", class);
	escape_html(out, cell(s, row, column));
	fprintf(out, "</%s>", tag);
}

static void html_row(FILE *out, const struct sheet *s, size_t row)
{
	if (s->rows[row].heading) {
		fprintf(out,
			"<tr class=\"first\"><th class=\"group\" "
			"colspan=\"%zu\">",
			shown_columns(s));
		escape_html(out, cell(s, row, 0));
		fputs("</th></tr>\n", out);
		return;
	}
	fputs("<tr class=\"first\">", out);
	for (size_t i = 0; i < s->column_count; i++)
		if (says_something(s, i))
			html_cell(out, s, row, i);
	fputs("</tr>\n", out);
}

static void html_notes(FILE *out, const struct sheet *s)
{
	if (s->note_count == 0)
		return;
	fputs("<ul class=\"notes\">\n", out);
	for (size_t i = 0; i < s->note_count; i++) {
		fputs("<li>", out);
		escape_html(out, s->notes[i]);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

void sheet_html(FILE *out, const struct sheet *s)
{
	bool folded = s->where != SHEET_EVERYWHERE;

	fputs(folded ? "<details><summary>" : "<h3>", out);
	escape_html(out, s->title);
	fputs(folded ? "</summary>" : "</h3>", out);
	fputs("\n<div class=\"wide\"><table class=\"grid sheet\">\n", out);
	html_head(out, s);
	fputs("<tbody>\n", out);
	for (size_t row = 0; row < s->row_count; row++)
		html_row(out, s, row);
	fputs("</tbody>\n</table></div>\n", out);
	html_notes(out, s);
	fputs(folded ? "</details>\n" : "", out);
}

/* --- Markdown ---------------------------------------------------------------
 */

static void markdown_row(FILE *out, const struct sheet *s, size_t row)
{
	bool heading = s->rows[row].heading;

	for (size_t i = 0; i < s->column_count; i++) {
		if (!says_something(s, i))
			continue;
		fputs("| ", out);
		fputs(heading && i == 0 ? "**" : "", out);
		escape_markdown(out, cell(s, row, i));
		fputs(heading && i == 0 ? "** " : " ", out);
	}
	fputs("|\n", out);
}

void sheet_markdown(FILE *out, const struct sheet *s)
{
	if (s->where == SHEET_PAGE_ONLY)
		return;
	fputs("### ", out);
	escape_markdown(out, s->title);
	fputs("\n\n", out);
	for (size_t i = 0; i < s->column_count; i++) {
		if (!says_something(s, i))
			continue;
		fputs("| ", out);
		escape_markdown(out, s->columns[i].title);
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (size_t i = 0; i < s->column_count; i++)
		if (says_something(s, i))
			fputs(s->columns[i].right ? "|---:" : "|---", out);
	fputs("|\n", out);
	for (size_t row = 0; row < s->row_count; row++)
		markdown_row(out, s, row);
	fputc('\n', out);
	for (size_t i = 0; i < s->note_count; i++) {
		fputs("- ", out);
		escape_markdown(out, s->notes[i]);
		fputs(i + 1 == s->note_count ? "\n\n" : "\n", out);
	}
}
