/* SPDX-License-Identifier: MIT */
#include "bench/run/suite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/result/stats.h"
#include "bench/run/expect.h"
#include "bench/run/host_load.h"
#include "bench/run/keep.h"
#include "bench/run/provenance.h"
#include "bench/run/record.h"

/* What is known about one cell while its scenario runs. */
struct progress {
	const struct cell *cell;
	struct expect_tally tally;
	double *throughput; /* of valid trials, for 'until'; owned */
	size_t values;
	uint64_t acts; /* of faults, in all valid trials */
	bool selected;
	bool told; /* which steps were left out */
};

struct suite {
	const struct suite_options *o;
	struct suite_outcome *outcome;
	uint64_t began_ns;
	uint64_t done, total; /* trials; total is an upper bound */
	struct keep keep;
	json_t *expectations;
};

/* Is it to be run, and can it be? */
static bool selected(const struct suite_options *o, const struct cell *cell)
{
	return !cell->skip_reason && plan_selects(cell, o->only);
}

static uint64_t planned(const struct suite_options *o)
{
	uint64_t total = 0;

	for (size_t i = 0; i < o->plan->scenario_count; i++) {
		const struct scenario *s = &o->plan->scenarios[i];

		for (size_t k = 0; !s->skip_reason && k < s->cell_count; k++) {
			if (selected(o, &s->cells[k]))
				total += o->only_trial ? 1 : s->trials.max;
		}
	}
	return total;
}

/* --- trials -----------------------------------------------------------------
 */

static const char *disturbed(const struct suite *s, const struct trial *t,
			     char *text, size_t size)
{
	if (!t->loaded)
		return NULL;
	return host_load_above(t->others_cores, t->steal_cores,
			       s->o->plan->interference.max_load, text, size);
}

static uint64_t eta(const struct suite *s)
{
	uint64_t spent = clock_now_ns() - s->began_ns;

	if (!s->done)
		return UINT64_MAX;
	return spent / s->done * (s->total - s->done);
}

static bool host_failed(const struct trial *t, struct err *err)
{
	if (t->failure.kind != ERR_HOST)
		return false;
	*err = t->failure;
	return true;
}

/* Which steps a target cannot do is the same in every trial. */
static void tell_skipped(const struct suite *s, struct progress *p,
			 const struct trial *t)
{
	const struct suite_hooks *h = &s->o->hooks;

	for (size_t i = 0; h->skipped && !p->told && i < t->record_count; i++) {
		const struct step_record *r = &t->records[i];

		if (r->skipped)
			h->skipped(h->env, p->cell, r->step->name, r->skipped);
	}
	p->told = true;
}

/* One trial of one cell, again while it is disturbed. */
static bool run_number(struct suite *s, struct progress *p, uint64_t number,
		       struct err *err)
{
	const struct suite_hooks *h = &s->o->hooks;
	struct trial_input input = {
		.plan = s->o->plan,
		.cell = p->cell,
		.run_seed = s->o->seed,
		.number = number,
		.trace = s->o->trace,
		.booting = h->booting,
		.env = h->env,
	};
	uint64_t again = s->o->plan->interference.retries;
	bool ok = true;
	bool more = true;

	if (h->begin)
		h->begin(h->env, p->cell, number, s->done, s->total, eta(s));
	while (ok && more) {
		char text[96];
		const char *reason;
		struct trial t;

		if (!trial_run(&t, &input, err)) {
			trial_release(&t);
			return false;
		}
		reason = disturbed(s, &t, text, sizeof(text));
		ok = keep_trial(&s->keep, &t, reason, err);
		if (host_failed(&t, err))
			ok = false;
		s->outcome->trials++;
		s->outcome->invalid += reason != NULL;
		s->outcome->errors += t.verdict == VERDICT_ERROR;
		if (!reason) {
			double rate = t.impatient ? -1 : record_throughput(&t);

			p->acts += t.trail.count;
			expect_add(&p->tally, p->cell, &t);
			p->throughput =
				mem_resize(p->throughput,
					   (p->values + 1) * sizeof(double));
			p->throughput[p->values] = rate;
			p->values += rate > 0;
		}
		if (h->end)
			h->end(h->env, &t, reason);
		tell_skipped(s, p, &t);
		more = reason && again-- > 0;
		trial_release(&t);
	}
	s->done++;
	return ok;
}

/* Is the interval of the median throughput narrow enough? */
static bool settled(const struct progress *p, const struct trials_config *c)
{
	struct stats_interval i;
	double m, *sorted;

	if (c->until_ci <= 0 || p->values < c->min)
		return false;
	sorted = mem_array(p->values, sizeof(*sorted));
	memcpy(sorted, p->throughput, p->values * sizeof(*sorted));
	stats_sort(sorted, p->values);
	m = stats_median(sorted, p->values);
	i = stats_median_interval(sorted, p->values, 0.95);
	free(sorted);
	return m > 0 && i.coverage >= 0.95 &&
	       (i.high - i.low) / 2 <= c->until_ci * m;
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

/* Unrecorded trials that only warm the host. */
static bool warm_up(struct suite *s, const struct progress *p, struct err *err)
{
	struct trial_input input = { .plan = s->o->plan,
				     .cell = p->cell,
				     .run_seed = ~s->o->seed,
				     .number = 1 };
	uint64_t count = p->cell->scenario->trials.warmup;
	bool ok = true;

	if (transport_types[p->cell->transport.kind].virtual_time ||
	    s->o->only_trial)
		return true;
	for (uint64_t i = 0; ok && i < count; i++) {
		struct trial t;

		ok = trial_run(&t, &input, err) && !host_failed(&t, err);
		trial_release(&t);
	}
	return ok;
}

static bool run_round(struct suite *s, struct progress **order, size_t count,
		      uint64_t number, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct trials_config *c =
			&order[i]->cell->scenario->trials;

		if (number > c->max && !s->o->only_trial)
			continue;
		if (number > c->min && settled(order[i], c)) {
			s->total--;
			continue;
		}
		if (!run_number(s, order[i], number, err))
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
static struct progress *gather(const struct scenario *scenarios, size_t count,
			       size_t *cells, uint64_t *rounds)
{
	struct progress *all;

	*cells = 0;
	*rounds = 0;
	for (size_t i = 0; i < count; i++) {
		if (scenarios[i].skip_reason)
			continue;
		*cells += scenarios[i].cell_count;
		if (scenarios[i].trials.max > *rounds)
			*rounds = scenarios[i].trials.max;
	}
	all = mem_array(*cells + 1, sizeof(*all));
	*cells = 0;
	for (size_t i = 0; i < count; i++) {
		const struct scenario *s = &scenarios[i];

		for (size_t k = 0; !s->skip_reason && k < s->cell_count; k++)
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
	struct progress *all = gather(scenarios, scenario_count, &cells, &last);
	struct progress **order = mem_array(cells + 1, sizeof(*order));
	bool ok = true;

	if (s->o->only_trial)
		last = first;
	for (size_t i = 0; i < cells; i++) {
		if (selected(s->o, all[i].cell))
			order[count++] = &all[i];
	}
	for (size_t i = 0; ok && i < count; i++)
		ok = warm_up(s, order[i], err);
	for (uint64_t number = first; ok && number <= last; number++) {
		shuffle(order, count, hash_add(s->o->seed, number));
		ok = run_round(s, order, count, number, err);
	}
	s->outcome->interrupted |= err->kind == ERR_INTERRUPTED;
	for (size_t i = 0; i < cells; i++) {
		if (selected(s->o, all[i].cell))
			judge(s, &all[i]);
		expect_release(&all[i].tally);
		free(all[i].throughput);
	}
	free(order);
	free(all);
	return ok;
}

/* Takes the record over. */
static bool append(struct suite *s, json_t *record, struct err *err)
{
	bool ok = rundir_append(s->o->dir, record, err);

	json_decref(record);
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

	return append(s, provenance_record(&p), err);
}

static bool write_end(struct suite *s, struct err *err)
{
	json_t *record = json_pack("{s:s,s:s,s:b,s:I,s:I,s:O}", "type", "end",
				   "run", s->o->dir->id, "interrupted",
				   s->outcome->interrupted, "wall_ns",
				   (json_int_t)(clock_now_ns() - s->began_ns),
				   "trials", (json_int_t)s->outcome->trials,
				   "expectations", s->expectations);

	return append(s, record, err);
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
		ok = run_scenarios(&s, &o->plan->scenarios[i], at_once, err);
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
