/* SPDX-License-Identifier: MIT */
/* From all that failed in an exploration to its causes, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/cause.h"
#include "bench/explore/recording.h"
#include "bench/explore/save.h"
#include "bench/run/trail.h"
#include "bench/run/trial.h"
#include "tests/support/plans.h"

#define SAVED_MAX 64

struct lab {
	struct world *world;
	struct survey survey;
	struct causes causes;
};

static void explore(struct lab *l, enum survey_faults faults, unsigned kinds,
		    unsigned workers, size_t limit)
{
	const struct survey_options o = { .faults = faults,
					  .kinds = kinds,
					  .sessions = 300,
					  .seed = 7,
					  .workers = workers };
	const struct scenario *s = plans_loaded(
		NULL,
		"name: x\ntransport: sim\ndebugger.profile: naive\n"
		"session: [connect, read-memory: {count: 2, chunk: 16}, "
		"continue]\n",
		NULL);
	struct err err = { 0 };

	l->world = world_new(&s->cells[0], WORLD_SEED, &err);
	assert_non_null(l->world);
	if (!survey_run(&l->survey, l->world, &o, &err) ||
	    !causes_of_survey(&l->causes, &l->survey, l->world, limit, &err))
		fail_msg("%s", err.text);
}

static void leave(struct lab *l)
{
	causes_release(&l->causes);
	survey_release(&l->survey);
	world_free(l->world);
	plans_release(NULL);
}

static uint64_t failed(const struct survey *s)
{
	return s->all.schedules - s->all.verdicts[VERDICT_COMPLETED] -
	       s->all.verdicts[VERDICT_RECOVERED];
}

/* All causes as one text. */
static char *told(const struct causes *c)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < c->count; i++) {
		char schedule[SCHEDULE_TEXT_MAX];

		schedule_write(&c->items[i].shrunk, schedule);
		fprintf(out, "%llu %s %s\n",
			(unsigned long long)c->items[i].schedules,
			verdict_names[c->items[i].outcome.verdict], schedule);
	}
	fclose(out);
	return text;
}

/* Each schedule that failed has one cause, with any number of workers. */
static void test_causes__are_of_all_that_failed(void **state)
{
	static const struct {
		enum survey_faults faults;
		unsigned kinds;
	} cases[] = {
		{ SURVEY_SINGLE,
		  1u << ACT_DROP | 1u << ACT_HANGUP | 1u << ACT_REORDER },
		{ SURVEY_PAIRS, 1u << ACT_DROP },
		{ SURVEY_RANDOM, ACT_KINDS_ALL },
		{ SURVEY_SEARCH, ACT_KINDS_ALL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *first = NULL;

		for (unsigned workers = 1; workers <= 3; workers++) {
			struct lab l;
			uint64_t sum = 0;
			char *text;

			explore(&l, cases[i].faults, cases[i].kinds, workers,
				100000);
			for (size_t k = 0; k < l.causes.count; k++)
				sum += l.causes.items[k].schedules;
			assert_int_equal(l.causes.failed, failed(&l.survey));
			assert_true(l.causes.failed > 0);
			assert_int_equal(sum + l.causes.unsorted,
					 l.causes.failed);
			assert_int_equal(l.causes.unsorted,
					 l.survey.sum.unsorted);
			assert_true(l.causes.count <= l.survey.failures.count);
			text = told(&l.causes);
			if (first)
				assert_string_equal(text, first);
			first = first ? first : mem_strdup(text);
			free(text);
			leave(&l);
		}
		free(first);
	}
}

/* With a limit, the worst come first, and the rest is counted. */
static void test_causes__are_counted_beyond_the_limit(void **state)
{
	struct lab all, two;

	(void)state;
	explore(&all, SURVEY_SINGLE, ACT_KINDS_BYTE, 2, 100000);
	explore(&two, SURVEY_SINGLE, ACT_KINDS_BYTE, 2, 2);
	assert_true(all.causes.count > 2);
	assert_int_equal(all.causes.unsorted, 0);
	assert_true(two.causes.unsorted > 0);
	assert_int_equal(two.causes.items[0].outcome.verdict,
			 all.causes.items[0].outcome.verdict);
	/* One of each of the two worst verdicts. */
	assert_int_equal(two.causes.count, 2);
	assert_true(verdict_rank(two.causes.items[1].outcome.verdict) >
		    verdict_rank(two.causes.items[0].outcome.verdict));
	leave(&two);
	world_free(all.world);
	causes_release(&all.causes);
	survey_release(&all.survey);
}

/* --- cause and suspect ------------------------------------------------------
 */

static void check_suspect(struct lab *l, const struct schedule *s)
{
	const struct act *act = &s->acts[0];
	static const struct kd_debugger quiet;
	const struct fault_act *suspect;
	struct schedule_chains chains;
	struct recording r;
	struct trail trail;
	struct err err = { 0 };

	schedule_chains(s, &chains);
	assert_true(recording_run(&r, l->world, l->survey.reference.states[0],
				  chains.chains, &err));
	trail_init(&trail, &quiet, 0);
	for (size_t i = 0; i < r.act_count; i++)
		trail.log.act(&trail.log, &r.acts[i]);
	suspect = trail_suspect(&trail, false);
	assert_non_null(suspect);
	assert_string_equal(suspect->act, act_kind_names[act->kind]);
	assert_int_equal(suspect->address.dir, act->address.dir);
	assert_int_equal(suspect->address.class, act->address.class);
	assert_int_equal(suspect->address.ordinal, act->address.ordinal);
	assert_int_equal(suspect->address.copy, act->address.copy);
	if (act->offset != ACT_WHOLE)
		assert_int_equal(suspect->offset, act->offset);
	trail_release(&trail);
	recording_release(&r);
}

/* Of every single fault that failed, and of each cause. */
static void test_causes__agree_with_the_suspect(void **state)
{
	struct lab l;
	unsigned checked = 0;

	(void)state;
	explore(&l, SURVEY_SINGLE, ACT_KINDS_ALL, 2, 100000);
	for (uint64_t i = 0; i < l.survey.space.count; i++) {
		struct schedule s;

		if (verdict_survived(l.survey.results[i].verdict))
			continue;
		space_at(&l.survey.space, i, &s);
		check_suspect(&l, &s);
		checked++;
	}
	assert_true(checked > 10);
	for (size_t i = 0; i < l.causes.count; i++) {
		assert_int_equal(l.causes.items[i].shrunk.count, 1);
		check_suspect(&l, &l.causes.items[i].shrunk);
	}
	leave(&l);
}

/* --- saved, and replayed ----------------------------------------------------
 */

static size_t save_all(struct lab *l, char **texts)
{
	size_t count = 0;

	for (size_t i = 0; i < l->causes.count && count < SAVED_MAX; i++) {
		const struct cause *c = &l->causes.items[i];
		const struct save_input in = {
			.cell = world_cell(l->world),
			.schedule = &c->shrunk,
			.verdict = c->outcome.verdict,
			.detail = c->detail,
			.name = "saved",
		};
		struct err err = { 0 };

		texts[count] = save_text(&in, NULL, &err);
		/* What rests on the data may not fail with other data. */
		if (!texts[count] && c->outcome.verdict != VERDICT_CORRUPT)
			fail_msg("%s", err.text);
		count += texts[count] != NULL;
	}
	return count;
}

static void replay_ten_times(const char *yaml)
{
	const struct scenario *s = plans_loaded(NULL, yaml, NULL);
	const struct cell *cell = &s->cells[0];
	struct err err = { 0 };
	struct world *w = world_new(cell, trial_seed(1, cell->id, 1), &err);
	uint8_t *start;
	char *first = NULL;

	assert_non_null(w);
	start = mem_alloc(world_size(w));
	(void)world_save(w, start);
	for (unsigned i = 0; i < 10; i++) {
		struct recording r;
		char *text;

		assert_true(recording_run(&r, w, start, cell->faults, &err));
		text = recording_text(&r);
		assert_true(r.act_count > 0);
		assert_true(cell->expected_verdicts >> r.outcome.verdict & 1);
		if (first)
			assert_string_equal(text, first);
		first = first ? first : mem_strdup(text);
		free(text);
		recording_release(&r);
	}
	free(first);
	free(start);
	world_free(w);
	plans_release(NULL);
}

static void test_causes__saved_replay_the_same_ten_times(void **state)
{
	static const enum survey_faults faults[] = { SURVEY_SINGLE,
						     SURVEY_RANDOM };
	char *texts[SAVED_MAX];

	(void)state;
	for (size_t f = 0; f < ARRAY_SIZE(faults); f++) {
		struct lab l;
		size_t count;

		explore(&l, faults[f], ACT_KINDS_ALL, 2, 40);
		count = save_all(&l, texts);
		leave(&l);
		assert_true(count > 5);
		for (size_t i = 0; i < count; i++) {
			replay_ten_times(texts[i]);
			free(texts[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_causes__are_of_all_that_failed),
		cmocka_unit_test(test_causes__are_counted_beyond_the_limit),
		cmocka_unit_test(test_causes__agree_with_the_suspect),
		cmocka_unit_test(test_causes__saved_replay_the_same_ten_times),
	};

	return cmocka_run_group_tests(tests, NULL, plans_release);
}
