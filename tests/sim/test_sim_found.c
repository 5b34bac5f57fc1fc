/* SPDX-License-Identifier: MIT */
/*
 * What exploration finds by itself, and how little of it is left once it is
 * shrunk: what is known to kill the others (F-numbers: docs/protocol.md), and
 * why the wrong data that passes as right is not noticed (docs/resync.md).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/cause.h"
#include "bench/explore/chart.h"
#include "bench/explore/pool.h"
#include "bench/explore/survey.h"
#include "bench/explore/unseen.h"
#include "tests/support/plans.h"

#define HEAD                     \
	"name: t\n"              \
	"transport: sim\n"       \
	"guest.pattern: 64KiB\n" \
	"guest.scratch: 16KiB\n" \
	"target.read-max: 1992\n"

#define VERSIONS "session: [ connect, { version: { count: 4 } } ]\n"

#define GROUPS_MAX 64

struct lab {
	struct world *world;
	uint8_t *start;
	struct survey survey;
	struct causes causes;
};

static void open_lab(struct lab *l, const char *yaml, enum survey_faults faults,
		     unsigned kinds)
{
	const struct survey_options o = { .faults = faults,
					  .kinds = kinds,
					  .workers = pool_processors() };
	const struct scenario *s = plans_loaded(NULL, yaml, NULL);
	struct err err = { 0 };

	*l = (struct lab){ .world = world_new(&s->cells[0], 1, &err) };
	if (!l->world)
		fail_msg("%s", err.text);
	l->start = mem_alloc(world_size(l->world));
	(void)world_save(l->world, l->start);
	if (!survey_run(&l->survey, l->world, &o, &err) ||
	    !causes_of_survey(&l->causes, &l->survey, l->world, GROUPS_MAX,
			      &err))
		fail_msg("%s", err.text);
}

static void close_lab(struct lab *l)
{
	causes_release(&l->causes);
	survey_release(&l->survey);
	world_free(l->world);
	free(l->start);
	plans_release(NULL);
}

/* The cause that reads so; NULL: it was not found. */
static const struct cause *find(const struct lab *l, const char *schedule)
{
	for (size_t i = 0; i < l->causes.count; i++) {
		char text[SCHEDULE_TEXT_MAX];

		schedule_write(&l->causes.items[i].shrunk, text);
		if (strcmp(text, schedule) == 0)
			return &l->causes.items[i];
	}
	return NULL;
}

static void record(struct lab *l, const struct schedule *s, struct recording *r)
{
	struct schedule_chains chains;
	struct err err = { 0 };

	schedule_chains(s, &chains);
	if (!recording_run(r, l->world, l->start, chains.chains, &err))
		fail_msg("%s", err.text);
}

static void check_chart(struct lab *l, const struct cause *cause,
			const char *what)
{
	const struct chart_window all = { 0 };
	struct recording r;
	struct chart chart;
	char *shown = NULL;
	size_t len;
	FILE *out = open_memstream(&shown, &len);

	record(l, &cause->shrunk, &r);
	chart_recorded(&chart, &r);
	chart_print(out, &chart, &all);
	fclose(out);
	assert_non_null(strstr(shown, what));
	assert_non_null(strstr(shown, verdict_names[cause->outcome.verdict]));
	free(shown);
	chart_release(&chart);
	recording_release(&r);
}

/* F41: neither a timer nor a second try. */
static void test_sim_found__radare2_has_no_second_try(void **state)
{
	struct lab l;
	const struct cause *lost, *broken;

	(void)state;
	open_lab(&l, HEAD "debugger.profile: radare2\n" VERSIONS, SURVEY_SINGLE,
		 1u << ACT_DROP);
	lost = find(&l, "drop@to-target/request/1");
	broken = find(&l, "drop@to-debugger/reply/1+16");
	assert_non_null(lost);
	assert_int_equal(lost->outcome.verdict, VERDICT_HANG);
	assert_non_null(broken);
	assert_int_equal(broken->outcome.verdict, VERDICT_GAVE_UP);
	check_chart(&l, lost, "request 1 to the target was dropped");
	close_lab(&l);
}

/* F37: one bit of an ACK, and each end answers the other's RESET for ever. */
static void test_sim_found__naive_duels(void **state)
{
	struct lab l;
	const struct cause *duel = NULL;

	(void)state;
	open_lab(&l,
		 HEAD "debugger: { profile: naive, reply-match: echo }\n"
		      "target.reset-input: discarded\n" VERSIONS,
		 SURVEY_SINGLE, 1u << ACT_FLIP);
	for (size_t i = 0; i < l.causes.count; i++)
		if (l.causes.items[i].outcome.verdict == VERDICT_LIVELOCK)
			duel = &l.causes.items[i];
	assert_non_null(duel);
	assert_true(duel->outcome.proven);
	assert_int_equal(duel->shrunk.count, 1);
	assert_int_equal(duel->shrunk.acts[0].kind, ACT_FLIP);
	assert_int_equal(duel->shrunk.acts[0].address.class, CLASS_ACK);
	assert_int_equal(duel->shrunk.acts[0].offset, 4); /* its type */
	check_chart(&l, duel, "reset");
	close_lab(&l);
}

/*
 * F23: the reply is lost, and the request is there twice. ReactOS takes the
 * second one for an ACK of the reply, ms does not.
 */
static void test_sim_found__reactos_wedges(void **state)
{
	static const char *const wedge =
		"duplicate@to-target/request/1,drop@to-debugger/reply/1";
	static const char *const targets[] = { "ms", "reactos" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		char *yaml = mem_printf(HEAD
					"target.profile: %s\n"
					"debugger.profile: naive\n" VERSIONS,
					targets[i]);
		const struct cause *cause;
		struct lab l;

		open_lab(&l, yaml, SURVEY_PAIRS,
			 1u << ACT_DROP | 1u << ACT_DUPLICATE);
		cause = find(&l, wedge);
		assert_int_equal(cause != NULL, i == 1);
		if (cause) {
			assert_int_equal(cause->outcome.verdict, VERDICT_HANG);
			check_chart(&l, cause, "resend");
		}
		close_lab(&l);
		free(yaml);
	}
}

/* --- what nobody can repair -------------------------------------------------
 */

/* How many single faults end as corrupt, by why nobody noticed. */
static void count_unseen(const char *yaml, uint64_t counts[UNSEEN_COUNT])
{
	struct lab l;

	open_lab(&l, yaml, SURVEY_SINGLE,
		 ACT_KINDS_BYTE & ~(1u << ACT_TRUNCATE));
	for (uint64_t k = 0; k < l.survey.space.count; k++) {
		struct schedule s;
		struct recording r;

		if (l.survey.results[k].verdict != VERDICT_CORRUPT)
			continue;
		space_at(&l.survey.space, k, &s);
		record(&l, &s, &r);
		counts[unseen_of(&r.trace)]++;
		recording_release(&r);
	}
	close_lab(&l);
}

/*
 * Memory whose last byte is AA: a byte of the same value that is inserted
 * before it pushes the trailer's place onto it, and the sum is what it was.
 */
#define READS                                                          \
	"session: [ connect, { read-memory: { size: 4KiB, chunk: 512 " \
	"} } ]\n"

static void test_sim_found__robust_is_only_deceived_by_sums(void **state)
{
	uint64_t counts[UNSEEN_COUNT] = { 0 };

	(void)state;
	count_unseen("name: t\ntransport: sim\n" READS, counts);
	for (unsigned i = 0; i < UNSEEN_COUNT; i++)
		if (i != UNSEEN_SUM && counts[i])
			fail_msg("%u corrupt: %s", (unsigned)counts[i],
				 unseen_names[i]);
	assert_int_equal(counts[UNSEEN_SUM], 1);
}

#define TEST(name) cmocka_unit_test(test_sim_found__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(radare2_has_no_second_try),
		TEST(naive_duels),
		TEST(reactos_wedges),
		TEST(robust_is_only_deceived_by_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
