/* SPDX-License-Identifier: MIT */
#include "report/table.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"

#define GAP 2

/* Columns of one text; what is longer is cut, or one text fills the screen. */
#define TEXT_MAX 160

/* Columns of a title that must stay in one line. */
#define TITLE_MAX 22

/* A copy, made harmless for a terminal and cut to 'columns'. */
static char *harmless(const char *text, size_t columns)
{
	char *escaped = escape_terminal_text(text);
	size_t fits = utf8_fit(escaped, columns);
	char *cut;

	if (escaped[fits] == '\0')
		return escaped;
	cut = mem_printf("%.*s\u2026", (int)fits, escaped);
	free(escaped);
	return cut;
}

size_t table_column(struct table *t, const char *title, bool right,
		    unsigned drop, size_t wrap_min)
{
	assert(t->column_count < TABLE_COLUMNS);
	t->columns[t->column_count] = (struct table_column){
		.title = harmless(title, wrap_min ? TEXT_MAX : TITLE_MAX),
		.right = right,
		.drop = drop,
		.wrap_min = wrap_min,
	};
	return t->column_count++;
}

void table_row(struct table *t)
{
	if (t->row_count == t->row_room) {
		t->row_room = t->row_room * 2 + 16;
		t->rows = mem_resize(t->rows, t->row_room * sizeof(*t->rows));
	}
	t->rows[t->row_count++] = (struct table_row){ 0 };
}

void table_set(struct table *t, size_t column, const char *text)
{
	struct table_row *row = &t->rows[t->row_count - 1];

	free(row->cells[column]);
	row->cells[column] = harmless(text, TEXT_MAX);
}

static const char *cell(const struct table *t, size_t row, size_t column)
{
	const char *text = t->rows[row].cells[column];

	return text ? text : "";
}

static size_t title_width(const struct table *t, size_t column)
{
	return utf8_columns(t->columns[column].title, SIZE_MAX);
}

/* Of a text that may be broken, what must stay in one line. */
static size_t longest_piece(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t len = strcspn(text, " -");
		size_t columns;

		len += text[len] == '-';
		columns = utf8_columns(text, len);
		longest = columns > longest ? columns : longest;
		text += len;
		text += strspn(text, " ");
	}
	return longest;
}

/* The width of the longest text; 0 if the column says nothing in any row. */
static size_t values_width(const struct table *t, size_t column)
{
	size_t widest = 0;
	bool says = false;

	for (size_t i = 0; i < t->row_count; i++) {
		size_t columns = utf8_columns(cell(t, i, column), SIZE_MAX);

		if (column == 0 && !*cell(t, i, 1))
			continue; /* It may reach over what is empty. */

		says |= columns && strcmp(cell(t, i, column), "-") != 0;
		widest = columns > widest ? columns : widest;
	}
	return says || column == 0 ? widest : 0;
}

/* The width that a column wants, its title in one line. */
static size_t natural(const struct table *t, size_t column)
{
	size_t widest = values_width(t, column);

	if (widest == 0 && column > 0)
		return 0;
	return title_width(t, column) > widest ? title_width(t, column)
					       : widest;
}

/* The same with the title broken, if that may be; values are whole still. */
static size_t whole_values(const struct table *t, size_t column)
{
	size_t widest = values_width(t, column);
	size_t title = longest_piece(t->columns[column].title);

	if (t->columns[column].wrap_min == 0 || (widest == 0 && column > 0))
		return natural(t, column);
	return title > widest ? title : widest;
}

static size_t total(const struct table *t, const size_t *widths)
{
	size_t sum = 0;

	for (size_t i = 0; i < t->column_count; i++)
		sum += widths[i] ? widths[i] + GAP : 0;
	return sum > GAP ? sum - GAP : 0;
}

/* Narrow the widest column that is above its least by one; false: none is. */
static bool squeeze(const struct table *t, size_t *widths, const size_t *least)
{
	size_t widest = SIZE_MAX;

	for (size_t i = 0; i < t->column_count; i++)
		if (widths[i] > least[i] &&
		    (widest == SIZE_MAX || widths[i] > widths[widest]))
			widest = i;
	if (widest == SIZE_MAX)
		return false;
	widths[widest]--;
	return true;
}

static bool drop_one(const struct table *t, size_t *widths)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < t->column_count; i++)
		if (widths[i] && t->columns[i].drop &&
		    (least == SIZE_MAX ||
		     t->columns[i].drop > t->columns[least].drop))
			least = i;
	if (least == SIZE_MAX)
		return false;
	widths[least] = 0;
	return true;
}

/*
 * The first text of a row may reach over empty ones, but not over the next that
 * says something: make room for those that would have to be broken.
 */
static void widen_first(const struct table *t, size_t *widths)
{
	for (size_t row = 0; t->column_count && row < t->row_count; row++) {
		size_t need = utf8_columns(cell(t, row, 0), SIZE_MAX);
		size_t have = widths[0];
		size_t at = 1;

		for (; at < t->column_count && !*cell(t, row, at); at++)
			have += widths[at] ? widths[at] + GAP : 0;
		/* A row of nothing else has the whole line. */
		if (at < t->column_count && need > have)
			widths[0] += need - have;
	}
}

/*
 * Drop what does not fit even if all is broken that may be; then break titles
 * first and values only if that is not enough.
 */
static void fit(const struct table *t, size_t *widths, size_t width)
{
	size_t least[TABLE_COLUMNS];
	size_t whole[TABLE_COLUMNS];

	for (size_t i = 0; i < t->column_count; i++) {
		size_t min = t->columns[i].wrap_min;

		widths[i] = natural(t, i);
		whole[i] = whole_values(t, i);
		least[i] = min && min < whole[i] ? min : whole[i];
	}
	widen_first(t, widths);
	widen_first(t, whole);
	while (total(t, least) > width && drop_one(t, least))
		;
	for (size_t i = 0; i < t->column_count; i++)
		if (least[i] == 0)
			widths[i] = whole[i] = 0;
	while (total(t, widths) > width && squeeze(t, widths, whole))
		;
	while (total(t, widths) > width && squeeze(t, widths, least))
		;
}

/* The last place before 'fits' where a line may end; 0 if there is none. */
static size_t break_before(const char *text, size_t fits, bool counts)
{
	size_t at = fits;

	/* Better between "5 completed" and "1 invalid" than within. */
	for (size_t i = fits; counts && i > 0; i--)
		if (text[i - 1] == ' ' && text[i] >= '0' && text[i] <= '9')
			return i;
	while (at > 0 && text[at - 1] != ' ' && text[at - 1] != '-')
		at--;
	return at * 3 >= fits ? at : 0;
}

/*
 * How much of 'text' goes on a line of 'width' columns. 'counts': it is made
 * of numbers and what they count.
 */
static size_t line_of(const char *text, size_t width, bool counts)
{
	size_t fits = utf8_fit(text, width);
	size_t at = fits;

	if (text[fits] == '\0' || (text[fits] == ' ' && !counts))
		return fits;
	if (text[fits] != ' ' ||
	    !(text[fits + 1] >= '0' && text[fits + 1] <= '9'))
		at = break_before(text, fits, counts);
	if (at > 0)
		return at;
	/* Not even one wide character fits: let it all stick out. */
	return fits ? fits : strlen(text);
}

static void pad(FILE *out, size_t columns)
{
	while (columns--)
		fputc(' ', out);
}

/* One line of one cell; returns how many columns it took. */
static size_t print_piece(FILE *out, const char *text, size_t len, size_t width,
			  bool right)
{
	size_t before = 0;
	size_t used;

	while (len && text[len - 1] == ' ')
		len--;
	used = utf8_columns(text, len);
	if (right && used < width)
		before = width - used;
	pad(out, before);
	fwrite(text, 1, len, out);
	return before + used;
}

/* The first text of a line may reach over the empty ones behind it. */
static size_t reach(const struct table *t, const char **texts,
		    const size_t *widths)
{
	size_t width = widths[0];

	for (size_t i = 1; i < t->column_count && !*texts[i]; i++)
		width += widths[i] ? widths[i] + GAP : 0;
	return width;
}

/* Print one line of a row; texts[] move on to what is left. */
static void print_line(const struct table *t, FILE *out, const char **texts,
		       const size_t *widths, size_t indent, bool first)
{
	size_t last = t->column_count;
	size_t at = 0;  /* columns from the indent on, to where we are */
	size_t due = 0; /* and to where this text belongs */

	while (last > 0 && (widths[last - 1] == 0 || !*texts[last - 1]))
		last--;
	pad(out, indent);
	for (size_t i = 0; i < last; i++) {
		/* The rest of a broken label stands to the right of labels. */
		size_t hang = !first && i == 0 && *texts[i] ? 2 : 0;
		size_t width = i ? widths[i] : reach(t, texts, widths) - hang;
		size_t len = widths[i] ? line_of(texts[i], width, i > 0) : 0;

		if (len) {
			pad(out, due + hang - at);
			at = due + hang;
			at += print_piece(out, texts[i], len, width,
					  t->columns[i].right);
			texts[i] += len;
			texts[i] += strspn(texts[i], " ");
		}
		due += widths[i] ? widths[i] + GAP : 0;
	}
	fputc('\n', out);
}

static bool anything_left(const struct table *t, const char **texts,
			  const size_t *widths)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (widths[i] && *texts[i])
			return true;
	return false;
}

/* Print a row in as many lines as it takes, and use up its texts. */
static void print_row(const struct table *t, FILE *out, const char **texts,
		      const size_t *widths, size_t indent)
{
	bool first = true;

	while (first || anything_left(t, texts, widths)) {
		print_line(t, out, texts, widths, indent, first);
		first = false;
	}
}

void table_print(const struct table *t, FILE *out, size_t indent, size_t width)
{
	size_t widths[TABLE_COLUMNS] = { 0 };
	const char *texts[TABLE_COLUMNS] = { 0 };

	fit(t, widths, width > indent ? width - indent : 1);
	for (size_t i = 0; i < t->column_count; i++)
		texts[i] = t->columns[i].title;
	print_row(t, out, texts, widths, indent);
	for (size_t row = 0; row < t->row_count; row++) {
		for (size_t i = 0; i < t->column_count; i++)
			texts[i] = cell(t, row, i);
		print_row(t, out, texts, widths, indent);
	}
}

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->row_count; i++)
		for (size_t k = 0; k < TABLE_COLUMNS; k++)
			free(t->rows[i].cells[k]);
	free(t->rows);
	for (size_t i = 0; i < t->column_count; i++)
		free(t->columns[i].title);
	*t = (struct table){ 0 };
}
