/* SPDX-License-Identifier: MIT */
#include "report/model.h"

#include <math.h>
#include <string.h>

#include "report/number.h"

/* Columns of a table of costs that are paths; the others have no room. */
#define PATHS_MAX (SHEET_COLUMNS - 2)

/* Paths that have costs, in the order of the terms. */
struct paths {
	const char *names[PATHS_MAX];
	size_t count;
	bool more;
};

static const char *ns_text(struct arena *arena, double ns)
{
	return arena_strdup(arena, number_text(QUANTITY_NS, ns).text);
}

static const char *percent(struct arena *arena, double share)
{
	return arena_strdup(
		arena, number_text(QUANTITY_PERCENT, 100 * fabs(share)).text);
}

/* "+13 %", from a share; "-" if it is not known. */
static const char *error_text(struct arena *arena, double share)
{
	if (!isfinite(share))
		return "-";
	return arena_printf(arena, "%s%s", share < 0 ? "-" : "+",
			    percent(arena, share));
}

/* Is it of processes of the host? */
static bool without_vmm(const struct prediction_model *m)
{
	return strcmp(m->accel, "none") == 0;
}

static const char *accel_name(const struct prediction_model *m)
{
	return without_vmm(m) ? "no VMM" : m->accel;
}

const char *model_verdict(struct arena *arena, const struct prediction_model *m)
{
	const char *text = "";

	if (!m->good)
		text = arena_printf(arena, "Not to be used: %s. ",
				    m->why ? m->why : "nobody says why");
	if (!isfinite(m->error_median))
		return text;
	return arena_printf(arena,
			    "%sOn %.0f steps of cells that it was made "
			    "without, the model is off by %s in the median, "
			    "by %s at most.",
			    text, m->held_out, percent(arena, m->error_median),
			    percent(arena, m->error_max));
}

/* --- what a piece costs -----------------------------------------------------
 */

static void add_path(struct paths *paths, const char *name)
{
	for (size_t i = 0; i < paths->count; i++)
		if (strcmp(paths->names[i], name) == 0)
			return;
	if (paths->count == PATHS_MAX)
		paths->more = true;
	else
		paths->names[paths->count++] = name;
}

static void find_paths(struct paths *paths, const struct prediction_model *m)
{
	for (size_t i = 0; i < m->term_count; i++) {
		const struct prediction_term *term = &m->terms[i];

		for (size_t k = 0; k < term->ns.count; k++)
			add_path(paths, term->ns.rows[k].name);
		for (size_t k = 0; k < term->merged_count; k++)
			add_path(paths, term->merged[k]);
	}
}

static bool is_merged(const struct prediction_term *term, const char *path)
{
	for (size_t i = 0; i < term->merged_count; i++)
		if (strcmp(term->merged[i], path) == 0)
			return true;
	return false;
}

static void add_term(struct sheet *sheet, const struct prediction_term *term,
		     const struct paths *paths)
{
	sheet_row(sheet);
	sheet_set(sheet, 0, term->name);
	for (size_t i = 0; i < paths->count; i++) {
		double ns = result_counter(&term->ns, paths->names[i]);

		sheet_set(sheet, i + 1,
			  is_merged(term, paths->names[i])
				  ? "above"
				  : ns_text(sheet->arena, ns));
	}
	sheet_set(sheet, paths->count + 1, term->about);
}

static void add_terms(struct sheet *sheet, const struct prediction_model *m,
		      const struct paths *paths)
{
	const char *from = "";

	for (size_t i = 0; i < m->term_count; i++) {
		const struct prediction_term *term = &m->terms[i];

		if (term->from && strcmp(term->from, from) != 0) {
			from = term->from;
			sheet_heading(sheet, from);
		}
		add_term(sheet, term, paths);
	}
}

static bool any_merged(const struct prediction_model *m)
{
	for (size_t i = 0; i < m->term_count; i++)
		if (m->terms[i].merged_count)
			return true;
	return false;
}

/* "No fit for ring+via: 2 measurements cannot tell 4 costs apart; ..." */
static void note_unfitted(struct sheet *sheet, const struct prediction_model *m)
{
	const char *text = "No fit";

	if (!m->unfitted_count)
		return;
	for (size_t i = 0; i < m->unfitted_count && i < PATHS_MAX; i++)
		text = arena_printf(sheet->arena, "%s%s %s (%s)", text,
				    i ? "," : " for", m->unfitted[i].path,
				    m->unfitted[i].why ? m->unfitted[i].why
						       : "nobody says why");
	sheet_note(sheet, arena_printf(sheet->arena, "%s.", text));
}

static void make_terms(struct sheet *sheet, struct arena *arena,
		       const struct prediction_model *m)
{
	struct paths paths = { .count = 0 };

	sheet_begin(sheet, arena,
		    arena_printf(arena,
				 "Cost model, %s: time = sum of count \u00d7 "
				 "cost",
				 accel_name(m)));
	find_paths(&paths, m);
	sheet_column(sheet, "term", NULL, false);
	for (size_t i = 0; i < paths.count; i++)
		sheet_column(sheet, paths.names[i], NULL, true);
	sheet_column(sheet, "what it is", NULL, false);
	sheet_page_only(sheet);
	add_terms(sheet, m, &paths);
	sheet_note(sheet, model_verdict(arena, m));
	if (any_merged(m))
		sheet_note(sheet, "'above' always goes together with a term "
				  "above it, and is part of that.");
	note_unfitted(sheet, m);
	if (paths.more)
		sheet_note(sheet, "More paths have costs than there is room "
				  "for.");
}

/* --- measured against model -------------------------------------------------
 */

/* What the report calls a cell that the prediction names by its id. */
static const char *label_of(const struct summary *s, const char *id)
{
	for (size_t i = 0; i < s->scenario_count; i++)
		for (size_t k = 0; k < s->scenarios[i].cell_count; k++)
			if (strcmp(s->scenarios[i].cells[k].cell->id, id) == 0)
				return s->scenarios[i].cells[k].name;
	return id;
}

/* What a row was to the model, in words. */
static const char *use_text(const char *use)
{
	static const struct {
		const char *use, *text;
	} words[] = {
		{ "fitted", "" },
		{ "held-out", "held out" },
		{ "line", "paced line" },
		{ "none", "no fit" },
	};

	for (size_t i = 0; use && i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i].use, use) == 0)
			return words[i].text;
	return use;
}

static void add_row(struct sheet *sheet, const struct summary *s,
		    const struct prediction_row *row)
{
	struct arena *arena = sheet->arena;

	sheet_row(sheet);
	sheet_set(sheet, 0, label_of(s, row->cell));
	sheet_set(sheet, 1, row->step);
	sheet_set(sheet, 2, ns_text(arena, row->measured_ns));
	sheet_set(sheet, 3, ns_text(arena, row->model_ns));
	sheet_set(sheet, 4,
		  error_text(arena, row->model_ns / row->measured_ns - 1));
	sheet_set(sheet, 5, use_text(row->use));
}

static void make_rows(struct sheet *sheet, struct summary *s,
		      const struct prediction_model *m)
{
	const char *scenario = "";

	sheet_begin(sheet, &s->arena,
		    arena_printf(&s->arena,
				 "Measured beside modelled, one operation: %s",
				 accel_name(m)));
	sheet->where = SHEET_NOT_TERMINAL;
	sheet_column(sheet, "cell", NULL, false);
	sheet_column(sheet, "step", NULL, false);
	sheet_column(sheet, "measured", NULL, true);
	sheet_column(sheet, "model", NULL, true);
	sheet_column(sheet, "error", NULL, true);
	sheet_column(sheet, "used", NULL, false);
	for (size_t i = 0; i < m->row_count; i++) {
		const struct prediction_row *row = &m->rows[i];

		if (row->scenario && strcmp(row->scenario, scenario) != 0) {
			scenario = row->scenario;
			sheet_heading(sheet, scenario);
		}
		add_row(sheet, s, row);
	}
	sheet_note(sheet, "The costs were not fitted to what is held out, nor "
			  "to a paced line, which hides them.");
}

/* --- anchors ----------------------------------------------------------------
 */

static const char *with_unit(struct arena *arena, double value,
			     const char *unit)
{
	if (!isfinite(value))
		return "-";
	if (unit && strcmp(unit, "bytes/s") == 0)
		return arena_strdup(arena,
				    number_text(QUANTITY_BYTES_S, value).text);
	if (unit && strcmp(unit, "ns") == 0)
		return ns_text(arena, value);
	return arena_printf(arena, "%.6g%s%s", value, unit ? " " : "",
			    unit ? unit : "");
}

/* Whose costs the anchors were made with. */
static const char *made_by(struct arena *arena, const struct prediction *p)
{
	const struct prediction_model *m =
		prediction_model_of(p, p->anchors_by);

	if (!m)
		return "No costs over a UART were fitted, so the host's part "
		       "is left out, or a number is not known.";
	return arena_printf(arena,
			    "What a byte over a UART costs the host is taken "
			    "from the model of %s%s; the rest is documented.",
			    accel_name(m),
			    m->good ? "" : ", which is not to be used");
}

static void make_anchors(struct sheet *sheet, struct arena *arena,
			 const struct prediction *p)
{
	sheet_begin(sheet, arena, "Anchors: what others documented");
	sheet_column(sheet, "anchor", NULL, false);
	sheet_column(sheet, "documented", NULL, true);
	sheet_column(sheet, "model", NULL, true);
	sheet_column(sheet, "error", NULL, true);
	sheet_column(sheet, "made of", NULL, false);
	sheet_page_only(sheet);
	sheet_column(sheet, "documented by", NULL, false);
	sheet_page_only(sheet);
	for (size_t i = 0; i < p->anchor_count; i++) {
		const struct prediction_anchor *a = &p->anchors[i];

		sheet_row(sheet);
		sheet_set(sheet, 0, a->what ? a->what : a->name);
		sheet_set(sheet, 1, with_unit(arena, a->documented, a->unit));
		sheet_set(sheet, 2, with_unit(arena, a->model, a->unit));
		sheet_set(sheet, 3, error_text(arena, a->error));
		sheet_set(sheet, 4, a->why);
		sheet_set(sheet, 5, a->source);
	}
	sheet_note(sheet, made_by(arena, p));
}

size_t model_sheet_count(const struct prediction *p)
{
	return 2 * p->model_count + 1;
}

/* Those of one kind, machines or processes; their number. */
static size_t make_models(struct sheet *sheets, struct summary *s,
			  const struct prediction *p, bool processes)
{
	size_t count = 0;

	for (size_t i = 0; i < p->model_count; i++) {
		const struct prediction_model *m = &p->models[i];

		/* Of a machine that nobody calibrated there is nothing to tell.
		 */
		if (without_vmm(m) != processes || !m->term_count)
			continue;
		make_terms(&sheets[count++], &s->arena, m);
		if (m->row_count)
			make_rows(&sheets[count++], s, m);
	}
	return count;
}

size_t model_sheets(struct sheet *sheets, struct summary *s,
		    const struct prediction *p)
{
	size_t count;

	if (!p->known)
		return 0;
	count = make_models(sheets, s, p, false);
	count += make_models(sheets + count, s, p, true);
	if (p->anchor_count)
		make_anchors(&sheets[count++], &s->arena, p);
	return count;
}
