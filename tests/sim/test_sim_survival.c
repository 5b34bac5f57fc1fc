/* SPDX-License-Identifier: MIT */
/*
 * What 'robust' must survive: every fault that one byte can suffer in a short
 * session, and every pair of faults of packets. What kills the others stays as
 * it is. F-numbers are those of docs/protocol.md, rules those of
 * docs/resync.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/pool.h"
#include "bench/explore/survey.h"
#include "tests/support/plans.h"
#include "tests/support/rig.h"

#define HEAD                     \
	"name: t\n"              \
	"transport: sim\n"       \
	"guest.pattern: 64KiB\n" \
	"guest.scratch: 16KiB\n"

/* Requests with a reply and without one, and a target that speaks. */
#define TALK                                                        \
	"session: [ connect, { read-memory: { chunk: 16, count: 1 " \
	"} }, { step: { count: 2 } }, { print-storm: { count: 1, "  \
	"work: 5 } }, continue ]\n"

#define VERSIONS "session: [ connect, { version: { count: 4 } } ]\n"

static const char *const targets[] = { "ms", "reactos" };

/* --- one world, many faults -------------------------------------------------
 */

static struct world *open_world(const char *yaml)
{
	const struct scenario *s = plans_loaded(NULL, yaml, NULL);
	struct err err = { 0 };
	struct world *w = world_new(&s->cells[0], 1, &err);

	if (!w)
		fail_msg("%s", err.text);
	return w;
}

static void close_world(struct world *w, struct survey *s)
{
	survey_release(s);
	world_free(w);
	plans_release(NULL);
}

static const struct survey_options every_byte = {
	.faults = SURVEY_SINGLE,
	.kinds = ACT_KINDS_BYTE,
	.workers = 2,
};

static struct world *open_survey(struct survey *s, const char *yaml)
{
	struct world *w = open_world(yaml);
	struct err err = { 0 };

	if (!survey_run(s, w, &every_byte, &err))
		fail_msg("%s", err.text);
	return w;
}

static bool survived(unsigned verdict)
{
	return verdict == VERDICT_COMPLETED || verdict == VERDICT_RECOVERED;
}

static void describe(const struct schedule *s, char *to, size_t size)
{
	size_t len = 0;

	for (unsigned i = 0; i < s->count && len < size; i++) {
		const struct act *a = &s->acts[i];

		len += (size_t)snprintf(to + len, size - len,
					"%s 0x%x, byte %d of %s %u %s; ",
					act_kind_names[a->kind], a->value,
					a->offset == ACT_WHOLE ? -1 : a->offset,
					packet_class_names[a->address.class],
					(unsigned)a->address.ordinal,
					fault_dir_names[a->address.dir]);
	}
}

static void fail_schedule(const struct schedule *s, struct world *w,
			  unsigned verdict, const char *against)
{
	char text[400] = "";

	describe(s, text, sizeof(text));
	fail_msg("against %s: %s%s: %s", against, text, verdict_names[verdict],
		 world_detail(w));
}

static void test_sim_survival__robust_survives_any_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		char *yaml = mem_printf(HEAD "target.profile: %s\n" TALK,
					targets[i]);
		struct survey s;
		struct world *w = open_survey(&s, yaml);

		for (uint64_t k = 0; k < s.space.count; k++) {
			struct schedule schedule;
			struct outcome o;
			struct err err = { 0 };

			if (survived(s.results[k].verdict))
				continue;
			space_at(&s.space, k, &schedule);
			survey_again(&s, w, &schedule, &o, &err);
			fail_schedule(&schedule, w, o.verdict, targets[i]);
		}
		/* ... each of them was tried, and hit something. */
		assert_true(s.space.count > 20000);
		assert_true(s.all.verdicts[VERDICT_RECOVERED] > 15000);
		close_world(w, &s);
		free(yaml);
	}
}

/* What can befall a packet: lost, twice, damaged, of another type. */
static const struct act packet_acts[] = {
	{ .offset = ACT_WHOLE, .kind = ACT_DROP },
	{ .offset = ACT_WHOLE, .kind = ACT_DUPLICATE },
	{ .offset = 12, .kind = ACT_FLIP, .value = 1 },
	{ .offset = 4, .kind = ACT_FLIP, .value = 1 },
	{ .offset = 4, .kind = ACT_FLIP, .value = 2 },
};

static void try_pair(const struct reference *r, struct world *w, size_t a,
		     size_t b, unsigned ways, const char *against)
{
	const struct passage *from = &r->passages[a];
	struct schedule s = { .count = 2 };
	struct schedule_chains chains;
	struct outcome o;
	struct err err = { 0 };

	s.acts[0] = packet_acts[ways % ARRAY_SIZE(packet_acts)];
	s.acts[1] = packet_acts[ways / ARRAY_SIZE(packet_acts)];
	s.acts[0].address = from->address;
	s.acts[1].address = r->passages[b].address;
	schedule_chains(&s, &chains);
	world_restore(w, r->states[from->state], chains.chains);
	if (!world_run(w, &o, &err))
		fail_msg("%s", err.text);
	if (!survived(o.verdict))
		fail_schedule(&s, w, o.verdict, against);
}

static void test_sim_survival__robust_survives_any_two_packets(void **state)
{
	const unsigned ways = ARRAY_SIZE(packet_acts) * ARRAY_SIZE(packet_acts);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		char *yaml = mem_printf(
			HEAD "target.profile: %s\nsession: [ connect, { step: "
			     "{ count: 2 } }, continue ]\n",
			targets[i]);
		struct world *w = open_world(yaml);
		struct reference r;
		struct err err = { 0 };

		assert_true(reference_run(&r, w, &err));
		for (size_t a = 0; a < r.count; a++)
			for (size_t b = a + 1; b < r.count; b++)
				for (unsigned k = 0; k < ways; k++)
					try_pair(&r, w, a, b, k, targets[i]);
		reference_release(&r);
		world_free(w);
		plans_release(NULL);
		free(yaml);
	}
}

/* Of a session, all schedules of one set. */
static void check_all(const char *yaml, enum survey_faults faults,
		      unsigned kinds, uint64_t at_least)
{
	const struct survey_options o = { .faults = faults,
					  .kinds = kinds,
					  .workers = pool_processors() };
	struct world *w = open_world(yaml);
	struct err err = { 0 };
	struct survey s;

	if (!survey_run(&s, w, &o, &err))
		fail_msg("%s", err.text);
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		if (!survived(v) && s.all.verdicts[v])
			fail_schedule(&s.sum.bad[v][0].schedule, w, v, "ms");
	assert_true(s.all.schedules >= at_least);
	close_world(w, &s);
}

/* Rule 11: a line whose id was damaged is neither a copy nor told twice. */
static void test_sim_survival__robust_hears_each_line_once(void **state)
{
	(void)state;
	check_all(HEAD "session: [ connect, { print-storm: { count: 2 } } ]\n",
		  SURVEY_PAIRS, 1u << ACT_DROP | 1u << ACT_FLIP, 10000);
}

/* Rule 12: the name of a module has what looks like a leader in it. */
static void test_sim_survival__robust_finds_the_next_leader(void **state)
{
	(void)state;
	check_all(HEAD "session: [ connect, { module-storm: { count: 2 } } ]\n",
		  SURVEY_SINGLE, 1u << ACT_INSERT | 1u << ACT_DROP, 10000);
}

/* --- the others -------------------------------------------------------------
 */

static void run(struct rig *r, const char *more)
{
	char *yaml = mem_printf(HEAD "%s", more);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

/* F41: no byte of a request may be lost. */
static void test_sim_survival__radare2_survives_no_lost_byte(void **state)
{
	struct survey s;
	struct world *w = open_survey(
		&s, HEAD
		"target.read-max: 1992\ndebugger.profile: radare2\n" VERSIONS);
	uint64_t tried = 0;

	(void)state;
	for (uint64_t k = 0; k < s.space.count; k++) {
		struct schedule schedule;
		unsigned verdict = s.results[k].verdict;

		space_at(&s.space, k, &schedule);
		if (schedule.acts[0].kind != ACT_DROP ||
		    schedule.acts[0].address.class != CLASS_REQUEST)
			continue;
		tried++;
		if (verdict != VERDICT_HANG && verdict != VERDICT_GAVE_UP)
			fail_schedule(&schedule, w, verdict, "ms");
	}
	assert_true(tried >= 4 * 73);
	close_world(w, &s);
}

/*
 * F23: the reply is lost, and the request comes again before the target has
 * sent it again by itself. ReactOS takes that for an ACK of the reply, and
 * whoever waits without a timer is wedged.
 */
static void test_sim_survival__reactos_wedges_and_ms_does_not(void **state)
{
	static const struct {
		const char *target, *debugger;
		enum verdict verdict;
	} cases[] = {
		{ "ms", "naive", VERDICT_COMPLETED },
		{ "reactos", "naive", VERDICT_HANG },
		{ "ms", "robust", VERDICT_COMPLETED },
		{ "reactos", "robust", VERDICT_RECOVERED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *yaml = mem_printf(
			"target.profile: %s\ndebugger.profile: %s\n"
			"faults: { to-target: [ { duplicate: { per: packet, "
			"nth: 5, packet: { class: request } } } ], "
			"to-debugger: [ { drop: { per: packet, nth: 5, packet: "
			"{ class: reply } } } ] }\n" VERSIONS,
			cases[i].target, cases[i].debugger);
		struct rig r;

		run(&r, yaml);
		if (r.trial.verdict != cases[i].verdict)
			fail_msg("%s against %s: %s %s", cases[i].debugger,
				 cases[i].target,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		rig_release(&r);
		free(yaml);
	}
}

/*
 * Each byte that arrives begins the target's wait anew: who asks again sooner
 * than that wait keeps it from ever sending the lost reply again.
 */
static void test_sim_survival__haste_starves_the_target(void **state)
{
	static const char *const hasty =
		"debugger: { reply-timeout: %s, repeats: unlimited }\n"
		"faults: { to-debugger: [ { drop: { per: packet, nth: 5, "
		"packet: { class: reply } } } ] }\n" VERSIONS;
	static const char *const waits[] = { "90ms", "110ms" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
		char *yaml = mem_printf(hasty, waits[i]);
		struct rig r;

		run(&r, yaml);
		assert_verdict(&r, i ? VERDICT_COMPLETED : VERDICT_LIVELOCK);
		rig_release(&r);
		free(yaml);
	}
}

/* How many schedules end so. */
static uint64_t endings(const char *yaml, enum verdict verdict)
{
	struct survey s;
	struct world *w = open_survey(&s, yaml);
	uint64_t n = s.all.verdicts[verdict];

	close_world(w, &s);
	return n;
}

/* F37: one ACK that is read as RESET, and the two answer each other for ever.
 */
static void test_sim_survival__naive_duels_and_robust_does_not(void **state)
{
	static const char *const duel = HEAD
		"debugger: { profile: %s, reply-match: echo }\n"
		"target.reset-input: discarded\n" VERSIONS;
	char *naive = mem_printf(duel, "naive");
	char *robust = mem_printf(duel, "robust");

	(void)state;
	assert_true(endings(naive, VERDICT_LIVELOCK) > 0);
	assert_int_equal(endings(robust, VERDICT_LIVELOCK), 0);
	free(naive);
	free(robust);
}

#define TEST(name) cmocka_unit_test(test_sim_survival__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(robust_survives_any_byte),
		TEST(robust_survives_any_two_packets),
		TEST(robust_hears_each_line_once),
		TEST(robust_finds_the_next_leader),
		TEST(radare2_survives_no_lost_byte),
		TEST(reactos_wedges_and_ms_does_not),
		TEST(haste_starves_the_target),
		TEST(naive_duels_and_robust_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
