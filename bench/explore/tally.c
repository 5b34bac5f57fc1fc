/* SPDX-License-Identifier: MIT */
#include "bench/explore/tally.h"

#include <assert.h>

#include "bench/base/hash.h"

static void keep_bad(struct tally *t, const struct finding *f)
{
	struct finding *of = t->bad[f->verdict];

	for (unsigned i = 0; i < TALLY_KEPT; i++) {
		if (of[i].schedule.count)
			continue;
		of[i] = *f;
		return;
	}
}

void tally_fail(struct tally *t, const struct schedule *s,
		const struct failure_key *key)
{
	for (uint32_t i = 0; i < t->failure_count; i++)
		if (failure_alike(&t->failures[i].key, key)) {
			t->failures[i].schedules++;
			return;
		}
	if (t->failure_count == TALLY_FAILURES) {
		t->unsorted++;
		return;
	}
	t->failures[t->failure_count++] = (struct failure){
		.key = *key,
		.schedules = 1,
		.first = *s,
	};
}

void tally_add(struct tally *t, unsigned group, const struct schedule *s,
	       const struct outcome *o, const struct failure_key *key)
{
	const struct finding f = { .schedule = *s,
				   .verdict = o->verdict,
				   .rounds = o->rounds };
	struct survey_counts *c = &t->groups[group];

	assert(group < TALLY_GROUPS);
	c->schedules++;
	c->verdicts[o->verdict]++;
	c->proven += o->verdict == VERDICT_LIVELOCK && o->proven;
	t->digest = hash_add(t->digest, (uint64_t)o->verdict << 32 | o->rounds);
	t->digest = hash_add(t->digest, o->wire_bytes);
	t->digest = hash_add(t->digest, o->ns);
	if (!verdict_survived(o->verdict) && key) {
		keep_bad(t, &f);
		tally_fail(t, s, key);
	}
	if (o->verdict != VERDICT_RECOVERED)
		return;
	if (o->rounds > c->worst_rounds)
		c->worst_rounds = o->rounds;
	if (o->rounds > t->worst.rounds)
		t->worst = f;
}

static void add_counts(struct survey_counts *sum, const struct survey_counts *c)
{
	sum->schedules += c->schedules;
	sum->proven += c->proven;
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		sum->verdicts[v] += c->verdicts[v];
	if (c->worst_rounds > sum->worst_rounds)
		sum->worst_rounds = c->worst_rounds;
}

void tally_merge(struct tally *sum, const struct tally *t)
{
	for (unsigned g = 0; g < TALLY_GROUPS; g++)
		add_counts(&sum->groups[g], &t->groups[g]);
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		for (unsigned i = 0; i < TALLY_KEPT; i++)
			if (t->bad[v][i].schedule.count)
				keep_bad(sum, &t->bad[v][i]);
	if (t->worst.rounds > sum->worst.rounds)
		sum->worst = t->worst;
	sum->unsorted += t->unsorted;
	sum->digest = hash_add(sum->digest, t->digest);
}

struct survey_counts tally_total(const struct tally *t)
{
	struct survey_counts all = { 0 };

	for (unsigned g = 0; g < TALLY_GROUPS; g++)
		add_counts(&all, &t->groups[g]);
	return all;
}
