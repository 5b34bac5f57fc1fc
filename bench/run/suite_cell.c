/* SPDX-License-Identifier: MIT */
#include "bench/run/suite_cell.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/result/stats.h"
#include "bench/run/host_load.h"
#include "bench/run/record.h"

static const char *disturbed(const struct trial *t, char *text, size_t size)
{
	if (!t->loaded)
		return NULL;
	return host_load_above(t->others_cores, t->steal_cores,
			       t->input->cell->scenario->interference.max_load,
			       text, size);
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

/* As it is expected, by itself, and as fast as it has to be. */
static bool is_good(const struct progress *p, const struct trial *t,
		    double rate)
{
	return !t->impatient && p->cell->expected_verdicts & 1u << t->verdict &&
	       (p->least_rate <= 0 || rate >= p->least_rate);
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

bool suite_trial(struct suite *s, struct progress *p, uint64_t number,
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
	uint64_t again = p->cell->scenario->interference.retries;
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
		reason = disturbed(&t, text, sizeof(text));
		ok = keep_trial(&s->keep, &t, reason, err);
		if (host_failed(&t, err))
			ok = false;
		s->outcome->trials++;
		s->outcome->invalid += reason != NULL;
		s->outcome->errors += t.verdict == VERDICT_ERROR;
		if (!reason) {
			double rate = t.impatient ? -1 : record_throughput(&t);

			p->acts += t.trail.count;
			p->good += is_good(p, &t, rate);
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
	if (s->done > s->total)
		s->total =
			s->done; /* a search may take more than was guessed */
	return ok;
}

bool suite_settled(const struct progress *p, const struct trials_config *c)
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

bool suite_warm_up(struct suite *s, const struct progress *p, struct err *err)
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

bool suite_append(struct suite *s, json_t *record, struct err *err)
{
	bool ok = rundir_append(s->o->dir, record, err);

	json_decref(record);
	return ok;
}

void suite_forget(struct progress *p)
{
	expect_release(&p->tally);
	free(p->throughput);
}
