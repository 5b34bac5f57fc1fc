/* SPDX-License-Identifier: MIT */
#include "bench/run/suite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/run/provenance.h"
#include "bench/run/suite_cell.h"
#include "bench/run/suite_search.h"

/* Is it to be run, and can it be? */
static bool selected(const struct suite_options *o, const struct cell *cell)
{
	return !cell->skip_reason && plan_selects(cell, o->only);
}

/* Are its points chosen while running? Not if somebody names them. */
static bool searches(const struct suite_options *o, const struct scenario *s)
{
	return s->search && !o->only && !o->only_trial;
}

static uint64_t planned(const struct suite_options *o)
{
	uint64_t total = 0;

	for (size_t i = 0; i < o->plan->scenario_count; i++) {
		const struct scenario *s = &o->plan->scenarios[i];

		if (!s->skip_reason && searches(o, s)) {
			total += suite_search_planned(s);
			continue;
		}
		for (size_t k = 0; !s->skip_reason && k < s->cell_count; k++) {
			if (selected(o, &s->cells[k]))
				total += o->only_trial ? 1 : s->trials.max;
		}
	}
	return total;
}

/* Fisher and Yates, drawn from the seed: the order of one round. */
static void shuffle(struct progress **order, size_t count, uint64_t seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t k = hash_add(seed, i) % i;
		struct progress *other = order[k];

		order[k] = order[i - 1];
		order[i - 1] = other;
	}
}

static bool run_round(struct suite *s, struct progress **order, size_t count,
		      uint64_t number, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct trials_config *c =
			&order[i]->cell->scenario->trials;

		if (number > c->max && !s->o->only_trial)
			continue;
		if (number > c->min && suite_settled(order[i], c)) {
			s->total--;
			continue;
		}
		if (!suite_trial(s, order[i], number, err))
			return false;
	}
	return true;
}

/* Is there a fault that leaves nothing to chance? */
static bool has_certain_fault(const struct cell *cell)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		const struct chain_spec *spec = &cell->faults[dir];

		for (size_t i = 0; i < spec->count; i++) {
			if (spec->stages[i].when.probability == UINT64_MAX)
				return true;
		}
	}
	return false;
}

static void judge(struct suite *s, struct progress *p)
{
	const struct suite_hooks *h = &s->o->hooks;
	char what[EXPECT_WHAT_MAX];
	enum expect_outcome is =
		expect_judge(&p->tally, p->cell, what, sizeof(what));

	if (!p->tally.trials && s->outcome->interrupted)
		return;
	json_array_append_new(s->expectations,
			      json_pack("{s:s,s:s,s:s,s:b,s:s}", "scenario",
					p->cell->scenario->name, "cell",
					p->cell->id, "label", p->cell->label,
					"met", is == EXPECT_MET, "what", what));
	s->outcome->not_met += is == EXPECT_NOT_MET;
	s->outcome->unknown += is == EXPECT_UNKNOWN;
	if (is != EXPECT_MET && h->not_met)
		h->not_met(h->env, p->cell, what);
	if (p->tally.trials && !p->acts && has_certain_fault(p->cell) &&
	    h->no_faults)
		h->no_faults(h->env, p->cell);
}

/* The cells of some scenarios, and how many rounds it takes at most. */
static struct progress *gather(const struct suite_options *o,
			       const struct scenario *scenarios, size_t count,
			       size_t *cells, uint64_t *rounds)
{
	struct progress *all;

	*cells = 0;
	*rounds = 0;
	for (size_t i = 0; i < count; i++) {
		if (scenarios[i].skip_reason || searches(o, &scenarios[i]))
			continue;
		*cells += scenarios[i].cell_count;
		if (scenarios[i].trials.max > *rounds)
			*rounds = scenarios[i].trials.max;
	}
	all = mem_array(*cells + 1, sizeof(*all));
	*cells = 0;
	for (size_t i = 0; i < count; i++) {
		const struct scenario *s = &scenarios[i];

		if (s->skip_reason || searches(o, s))
			continue;
		for (size_t k = 0; k < s->cell_count; k++)
			all[(*cells)++].cell = &s->cells[k];
	}
	return all;
}

/* Their cells, interleaved. */
static bool run_scenarios(struct suite *s, const struct scenario *scenarios,
			  size_t scenario_count, struct err *err)
{
	uint64_t first = s->o->only_trial ? s->o->only_trial : 1, last;
	size_t cells, count = 0;
	struct progress *all =
		gather(s->o, scenarios, scenario_count, &cells, &last);
	struct progress **order = mem_array(cells + 1, sizeof(*order));
	bool ok = true;

	if (s->o->only_trial)
		last = first;
	for (size_t i = 0; i < cells; i++) {
		if (selected(s->o, all[i].cell))
			order[count++] = &all[i];
	}
	for (size_t i = 0; ok && i < count; i++)
		ok = suite_warm_up(s, order[i], err);
	for (uint64_t number = first; ok && number <= last; number++) {
		shuffle(order, count, hash_add(s->o->seed, number));
		ok = run_round(s, order, count, number, err);
	}
	s->outcome->interrupted |= err->kind == ERR_INTERRUPTED;
	for (size_t i = 0; i < cells; i++) {
		if (selected(s->o, all[i].cell))
			judge(s, &all[i]);
		suite_forget(&all[i]);
	}
	free(order);
	free(all);
	return ok;
}

static bool run_searches(struct suite *s, const struct scenario *scenarios,
			 size_t count, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		if (!scenarios[i].skip_reason && searches(s->o, &scenarios[i]))
			ok = suite_search(s, &scenarios[i], err);
	return ok;
}

static bool write_start(struct suite *s, struct err *err)
{
	struct provenance p = {
		.run_id = s->o->dir->id,
		.command = s->o->command,
		.seed = s->o->seed,
		.only = s->o->only,
		.plan = s->o->plan,
	};

	return suite_append(s, provenance_record(&p), err);
}

static bool write_end(struct suite *s, struct err *err)
{
	json_t *record = json_pack("{s:s,s:s,s:b,s:I,s:I,s:O}", "type", "end",
				   "run", s->o->dir->id, "interrupted",
				   s->outcome->interrupted, "wall_ns",
				   (json_int_t)(clock_now_ns() - s->began_ns),
				   "trials", (json_int_t)s->outcome->trials,
				   "expectations", s->expectations);

	return suite_append(s, record, err);
}

bool suite_run(const struct suite_options *o, struct suite_outcome *outcome,
	       struct err *err)
{
	struct suite s = { .o = o, .outcome = outcome };
	size_t count = o->plan->scenario_count;
	size_t at_once = o->together ? count : 1;
	struct err end = { 0 };
	bool ok;

	memset(outcome, 0, sizeof(*outcome));
	s.began_ns = clock_now_ns();
	s.total = planned(o);
	s.expectations = json_array();
	s.keep = (struct keep){ .dir = o->dir,
				.seed = o->seed,
				.repeat_options = o->repeat_options };
	provenance_host_id(s.keep.host_id);
	ok = write_start(&s, err);
	for (size_t i = 0; i < count; i++)
		outcome->skipped += o->plan->scenarios[i].skip_reason != NULL;
	for (size_t i = 0; ok && i < count; i += at_once)
		ok = run_scenarios(&s, &o->plan->scenarios[i], at_once, err) &&
		     run_searches(&s, &o->plan->scenarios[i], at_once, err);
	outcome->interrupted |= err->kind == ERR_INTERRUPTED;
	if (o->hooks.last)
		o->hooks.last(o->hooks.env);
	if (!write_end(&s, &end) && ok) {
		*err = end;
		ok = false;
	}
	json_decref(s.expectations);
	return ok || outcome->interrupted;
}
