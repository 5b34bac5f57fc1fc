/* SPDX-License-Identifier: MIT */
#include "bench/plan/build.h"

#include <string.h>

#include "bench/plan/guests.h"
#include "bench/plan/notes.h"
#include "bench/plan/override.h"
#include "bench/plan/scope.h"
#include "bench/plan/search.h"
#include "bench/plan/trials.h"
#include "bench/plan/vector.h"

bool build_run(struct builder *b)
{
	struct resolver r = {
		.arena = &b->plan->arena,
		.config = &b->config,
		.overrides = &b->overrides,
		.err = b->err,
	};

	for (const struct group *g = groups; g->name; g++) {
		if (g->home == HOME_RUN &&
		    !resolve_group(&r, g, (char *)b->plan + g->offset))
			return false;
	}
	b->params = r.params;
	return true;
}

/* The variables of one combination. */
static struct scope make_scope(struct resolver *r)
{
	struct scope scope = {
		.arena = r->arena,
		.matrix = r->matrix,
		.combo = r->combo,
	};

	scope.variables = arena_alloc(
		r->arena, r->matrix->axis_count * sizeof(struct variable));
	for (size_t i = 0; i < r->matrix->axis_count; i++) {
		if (!r->matrix->axes[i].variable)
			continue;
		scope.variables[scope.count++] = (struct variable){
			.name = r->matrix->axes[i].key,
			.value = r->combo->values[i],
		};
	}
	return scope;
}

static void mark_used(struct matrix *m, const struct scope *scope)
{
	size_t at = 0;

	for (size_t i = 0; i < m->axis_count; i++) {
		if (m->axes[i].variable)
			m->axes[i].used |= scope->variables[at++].used;
	}
}

static const struct cell *find_twin(const struct scenario *s,
				    const struct cell *cell)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		if (strcmp(s->cells[i].id, cell->id) == 0)
			return &s->cells[i];
	}
	return NULL;
}

/* The scenario as the combination's case has it. */
static bool apply_case(struct resolver *r, struct scenario_source *own,
		       struct cell *cell)
{
	struct case_source *c;

	if (!cases_of(&own->cases, r->matrix, r->combo, &c, r->err))
		return false;
	r->particular = c ? &c->settings : NULL;
	if (!c)
		return true;
	cell->case_name = c->name;
	own->session = c->session ? c->session : own->session;
	own->faults = c->faults ? c->faults : own->faults;
	own->expect = c->expect ? c->expect : own->expect;
	return true;
}

/* Make every combination's cell; those that are one already are dropped. */
static bool build_cells(struct builder *b, struct resolver *r,
			const struct scenario_source *source,
			struct scenario *to, struct notes *notes)
{
	const struct params shared = r->params;

	to->cells = arena_alloc(r->arena,
				r->matrix->combo_count * sizeof(*to->cells));
	for (size_t i = 0; i < r->matrix->combo_count; i++) {
		struct cell *cell = &to->cells[to->cell_count];
		struct scenario_source own = *source;
		const struct cell *twin;
		struct scope scope;

		*cell = (struct cell){ .scenario = to };
		if (to->search) {
			cell->row = i / to->search->count;
			cell->point = i % to->search->count;
		}
		r->combo = &r->matrix->combos[i];
		r->params = (struct params){ 0 };
		for (size_t k = 0; k < shared.count; k++)
			params_add(&r->params, r->arena, &shared.items[k]);
		scope = make_scope(r);
		if (!apply_case(r, &own, cell) ||
		    !build_cell(b, r, cell, &own, &scope))
			return false;
		mark_used(r->matrix, &scope);
		twin = find_twin(to, cell);
		notes_cell(notes, r, cell, twin);
		if (!twin && cell->skip_reason)
			notes_left_out(notes, cell);
		to->cell_count += !twin;
	}
	return true;
}

/*
 * An axis that is a setting as well, or that nothing makes use of. Those of
 * another target than was written for ('passes') are noted elsewhere.
 */
static bool check_axes(const struct resolver *r, bool after, bool passes)
{
	for (size_t i = 0; i < r->matrix->axis_count; i++) {
		const struct axis *axis = &r->matrix->axes[i];
		const struct assignment *set = assigned(r->settings, axis->key);

		if (!after && set && axis->count) {
			err_at(r->err, axis->where,
			       "'%s' is varied here, and set in line %u",
			       axis->key, set->where.line);
			return err_hint(r->err, "leave one of them out");
		}
		if (!after || axis->used || (passes && !axis->variable))
			continue;
		if (axis->variable) {
			err_at(r->err, axis->where, "variable '%s' is not used",
			       axis->key);
			return err_hint(r->err,
					"write '$%s' where its value "
					"belongs",
					axis->key);
		}
		return err_at(r->err, axis->where,
			      "'%s' applies to none of the transports here",
			      axis->key);
	}
	return true;
}

static bool check_settings(const struct resolver *r, bool passes,
			   const struct scenario *s, struct notes *notes)
{
	for (size_t i = 0; i < r->settings->count; i++) {
		const struct assignment *item = &r->settings->items[i];

		if (!item->used && passes)
			notes_idle(notes, item->key, notes_whom(&s->cells[0]));
		else if (!item->used)
			return err_at(r->err, item->where,
				      "'%s' applies to none of the transports "
				      "here",
				      item->key);
	}
	return true;
}

static void add_variables(struct builder *b, const struct matrix *m)
{
	struct arena *arena = &b->plan->arena;

	for (size_t i = 0; i < m->axis_count; i++) {
		if (!m->axes[i].variable)
			continue;
		b->variables = vector_grow(arena, b->variables,
					   b->variable_count,
					   sizeof(*b->variables));
		b->variables[b->variable_count++] = m->axes[i].key;
	}
}

/* What all cells expect together, for the record. */
static void sum_expectations(struct scenario *s)
{
	for (size_t i = 0; i < s->cell_count; i++)
		s->expected_verdicts |= s->cells[i].expected_verdicts;
	s->bounds = s->cells[0].bounds;
	s->bound_count = s->cells[0].bound_count;
}

/* What is to be had of the guest that the combination names. */
static void look_for_guest(const struct resolver *r,
			   struct surroundings *around)
{
	bool axis;
	const struct value *v = resolve_find(r, "guest.name", &axis);

	if (!v || strcmp(v->text, GUEST_OWN) == 0)
		return;
	around->named = true;
	if (!around->no_guest)
		around->no_guest = guests_absent(r->config, v->text, r->arena);
}

/* Which kinds of target the combinations are on, before they are decoded. */
static void look_around(struct resolver *r, struct surroundings *around)
{
	*around = (struct surroundings){ 0 };
	for (size_t i = 0; i < r->matrix->combo_count; i++) {
		r->combo = &r->matrix->combos[i];
		if (resolve_is_attached(r))
			around->attached = true;
		else
			around->launched = true;
		look_for_guest(r, around);
	}
	r->combo = NULL;
}

/*
 * Was another target chosen for scenarios that were written for ours? Then what
 * they set for it is passed over, with a note.
 */
static bool is_redirected(const struct builder *b)
{
	const struct assignment *guest = assigned(&b->overrides, "guest.name");

	return b->input->attach ||
	       (guest && strcmp(guest->value.text, GUEST_OWN) != 0);
}

/* With nothing left to run it is as if something that it needs were absent. */
static void skip_if_empty(struct scenario *s)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		if (!s->cells[i].skip_reason)
			return;
	}
	if (!s->skip_reason)
		s->skip_reason = s->cells[0].skip_reason;
}

/* A variable without values in the file needs one from the command line. */
static bool check_given(struct matrix *m, const char *skip_reason,
			struct err *err)
{
	static const struct value anything = { .text = "1", .source = "-" };

	for (size_t i = 0; i < m->axis_count; i++) {
		const struct axis *axis = &m->axes[i];

		if (axis->count || !axis->required ||
		    (m->combo_count && m->combos[0].values[i]))
			continue;
		if (skip_reason) {
			matrix_override(m, i, &anything);
			continue;
		}
		err_at(err, axis->where, "'%s' has no value", axis->key);
		return err_hint(err, "give it one: --set %s=...", axis->key);
	}
	return true;
}

bool build_scenario(struct builder *b, const struct scenario_source *source,
		    struct scenario *to)
{
	struct assignments settings = source->settings;
	const struct node *grid = source->matrix;
	struct matrix matrix;
	struct resolver r = {
		.arena = &b->plan->arena,
		.config = &b->config,
		.settings = &settings,
		.matrix = &matrix,
		.overrides = &b->overrides,
		.err = b->err,
		.params = b->params,
	};
	struct notes notes = { .arena = &b->plan->arena };
	struct surroundings around;
	bool passes = is_redirected(b);

	to->name = source->name;
	to->about = source->about;
	to->cases = cases_list(&source->cases, &b->plan->arena);
	to->case_count = source->cases.count;
	if (!cases_matrix(&source->cases, &grid, &b->plan->arena, b->err) ||
	    !matrix_read(&matrix, grid, &b->plan->arena, b->err) ||
	    !cases_check_axes(&source->cases, &matrix, b->err) ||
	    !search_read(&to->search, source->search, &matrix, r.arena,
			 b->err) ||
	    !check_axes(&r, false, passes))
		return false;
	add_variables(b, &matrix);
	overrides_apply(&b->overrides, &matrix);
	look_around(&r, &around);
	if (!needs_read(&to->skip_reason, source->needs, &around, b->err) ||
	    !check_given(&matrix, to->skip_reason, b->err) ||
	    !trials_resolve(&to->trials, &r) ||
	    !interference_resolve(&to->interference, &r) ||
	    !build_cells(b, &r, source, to, &notes) ||
	    !check_axes(&r, true, passes) ||
	    !check_settings(&r, passes, to, &notes) ||
	    (!passes && !cases_check_used(&source->cases, b->err)))
		return false;
	skip_if_empty(to);
	sum_expectations(to);
	to->notes = notes_done(&notes);
	return true;
}
