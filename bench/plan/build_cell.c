/* SPDX-License-Identifier: MIT */
/* build: one combination of the matrix to one cell. */
#include <stdlib.h>
#include <string.h>

#include "bench/plan/build.h"
#include "bench/plan/cell_id.h"
#include "bench/plan/expectation.h"
#include "bench/plan/fault.h"
#include "bench/plan/rows.h"
#include "bench/plan/scope.h"
#include "bench/plan/steps.h"

/* Records the settings of faults as "faults.to-target.1.drop.nth". */
struct fault_sink {
	struct row_sink base;
	struct resolver *r;
};

static void fault_told(struct row_sink *sink, const char *name,
		       const struct setting *row, const struct scoped *value,
		       const void *config)
{
	struct resolver *r = ((struct fault_sink *)sink)->r;
	struct param param = {
		.value = setting_write(row, config, r->arena),
		.written = value->text,
	};

	param.key = strncmp(name, "faults.", 7) == 0
			    ? name
			    : arena_printf(r->arena, "faults.%s", name);
	param.source = value->from ? value->from->value->source
				   : arena_printf(r->arena, "%s:%u",
						  value->where.file,
						  value->where.line);
	params_add(&r->params, r->arena, &param);
}

static struct param *find_param(struct resolver *r, const char *key)
{
	for (size_t i = 0; i < r->params.count; i++) {
		if (strcmp(r->params.items[i].key, key) == 0)
			return &r->params.items[i];
	}
	return NULL;
}

/*
 * Try it. KVM that cannot be had is a failure, unless it is one accelerator of
 * several: then the cells of the others can be run all the same.
 */
static bool try_accel(struct builder *b, struct cell *cell, int choice,
		      bool axis)
{
	struct err failure = { 0 };
	char why[160] = "";

	if ((b->input->accel ? b->input->accel : accel_resolve)(
		    (enum accel_choice)choice, &b->plan->qemu, &cell->accel,
		    why, &failure)) {
		if (choice == ACCEL_AUTO && !b->plan->accel_why)
			b->plan->accel_why = arena_strdup(&b->plan->arena, why);
		return true;
	}
	if (choice != ACCEL_CHOICE_KVM || !axis) {
		*b->err = failure;
		return false;
	}
	cell->accel = ACCEL_KVM;
	cell->skip_reason =
		arena_printf(&b->plan->arena, "no kvm here: %s", failure.text);
	return true;
}

/* What 'auto' means is found out once, by those who may start guests. */
static bool resolve_accel(struct builder *b, struct resolver *r,
			  struct cell *cell, int choice)
{
	struct param *param = find_param(r, "accel");

	if (!transport_types[cell->transport.kind].needs_qemu) {
		cell->accel = ACCEL_NONE;
		return true;
	}
	cell->accel = choice == ACCEL_CHOICE_KVM ? ACCEL_KVM : ACCEL_TCG;
	if (b->input->resolve_accel && !cell->scenario->skip_reason &&
	    !cell->skip_reason && !try_accel(b, cell, choice, param->axis))
		return false;
	param->value = cell->accel == ACCEL_KVM ? "kvm" : "tcg";
	return true;
}

static void add_variables(struct resolver *r, const struct scope *scope)
{
	for (size_t i = 0; i < scope->count; i++) {
		const struct variable *v = &scope->variables[i];
		struct param param = { .key = v->name };

		if (!v->value)
			continue;
		param.value = v->canonical ? v->canonical : v->value->text;
		param.written = v->value->text;
		param.source = v->value->source;
		for (size_t k = 0; k < r->matrix->axis_count; k++) {
			if (strcmp(r->matrix->axes[k].key, v->name) == 0)
				param.axis = r->matrix->axes[k].varies;
		}
		params_add(&r->params, r->arena, &param);
	}
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct param *)a)->key,
		      ((const struct param *)b)->key);
}

/* The axes in the matrix's order, as written; failing that, the transport. */
static const char *make_label(const struct resolver *r, const struct cell *cell)
{
	const struct transport_type *type =
		&transport_types[cell->transport.kind];
	const char *label = "";

	for (size_t i = 0; i < r->matrix->axis_count; i++) {
		const struct axis *axis = &r->matrix->axes[i];
		const struct value *value = r->combo->values[i];

		if (!axis->varies || !value ||
		    (!axis->variable &&
		     !path_applies(axis->key, type,
				   guest_is_external(&cell->guest))))
			continue;
		label = arena_printf(r->arena, "%s%s%s=%s", label,
				     *label ? " " : "", axis->key, value->text);
	}
	return *label ? label
		      : arena_printf(r->arena, "transport=%s",
				     cell->transport.name);
}

static bool read_script(struct resolver *r, struct cell *cell,
			const struct scenario_source *source,
			const struct scope *scope, struct err *err)
{
	struct fault_sink sink = { { fault_told }, r };
	struct expectations expect;
	struct steps steps;

	if (!faults_read(cell->faults, source->faults, scope, &sink.base,
			 err) ||
	    !steps_read(&steps, source->session, scope, err) ||
	    !expectations_read(&expect, source->expect, steps.items,
			       steps.count, scope, err))
		return false;
	cell->steps = steps.items;
	cell->step_count = steps.count;
	cell->expected_verdicts = expect.verdicts;
	cell->bounds = expect.bounds;
	cell->bound_count = expect.count;
	return true;
}

/* What somebody else's target has, it tells itself. */
static bool check_scripts(const struct cell *cell, struct err *err)
{
	return cell->transport.kind == TRANSPORT_ATTACH ||
	       rows_check_scratch(cell->steps, cell->step_count,
				  cell->guest.scratch_size, err);
}

static const struct stage_spec *not_for_records(const struct chain_spec *chain,
						const char **why)
{
	for (size_t i = 0; i < chain->count; i++) {
		const struct stage_spec *s = &chain->stages[i];

		*why = stage_check_records(s->type, &s->when);
		if (*why)
			return s;
	}
	return NULL;
}

/* Over records only what takes them whole makes sense. */
static bool check_faults(const struct cell *cell,
			 const struct scenario_source *source, struct err *err)
{
	for (unsigned dir = 0; cell->debugger.reliable && dir < 2; dir++) {
		const char *why;
		const struct stage_spec *s =
			not_for_records(&cell->faults[dir], &why);

		if (!s)
			continue;
		err_at(err, source->faults->where, "'%s': %s", s->label, why);
		return err_hint(err, "set transport.framing: stream, or use "
				     "faults of whole packets such as "
				     "'drop: { per: packet }'");
	}
	return true;
}

/* What a poll costs matters only to those who count them. */
static bool check_poll_cost(const struct draft *draft, const struct cell *cell,
			    const struct scenario_source *source,
			    struct err *err)
{
	if (draft->choices.timeout_unit == TIMEOUT_POLLS ||
	    (!chain_spec_asks(&cell->faults[0], EVENT_POLL_COST) &&
	     !chain_spec_asks(&cell->faults[1], EVENT_POLL_COST)))
		return true;
	err_at(err, source->faults->where,
	       "'poll-cost': the target's time-outs are not counted in polls");
	return err_hint(err, "set target.timeout-unit: polls");
}

bool build_cell(struct builder *b, struct resolver *r, struct cell *cell,
		const struct scenario_source *source, struct scope *scope)
{
	struct draft draft = { .cell = *cell };

	if (!resolve_settings(r, &draft))
		return false;
	*cell = draft.cell;
	if (!resolve_accel(b, r, cell, draft.choices.accel) ||
	    !read_script(r, cell, source, scope, b->err) ||
	    !resolve_check_steps(r, cell) || !check_scripts(cell, b->err) ||
	    !check_faults(cell, source, b->err) ||
	    !check_poll_cost(&draft, cell, source, b->err))
		return false;
	add_variables(r, scope);
	qsort(r->params.items, r->params.count, sizeof(struct param), by_key);
	cell->params = r->params.items;
	cell->param_count = r->params.count;
	cell->label = make_label(r, cell);
	cell_id(cell->id, cell, r->arena);
	return true;
}
