/* SPDX-License-Identifier: MIT */
/* From a failing schedule to its cause, its text, its chart, its scenario. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/cause.h"
#include "bench/explore/chart.h"
#include "bench/explore/save.h"
#include "bench/run/trail.h"
#include "tests/support/plans.h"

#define SESSION "[connect, version, read-memory: { size: 2KiB }, continue]\n"
#define NAIVE                       \
	"name: x\ntransport: sim\n" \
	"debugger.profile: naive\n" \
	"target.profile: reactos\n" \
	"guest.pattern: 64KiB\n"    \
	"session: " SESSION

/* Its type says that it is text: acknowledged, dropped, and waited for. */
#define HANGS "flip@to-target/request/3+4=0x01"

struct lab {
	struct world *world;
	struct shrink shrink;
};

static void open_lab(struct lab *l)
{
	const struct scenario *s = plans_loaded(NULL, NAIVE, NULL);
	struct err err = { 0 };

	l->world = world_new(&s->cells[0], WORLD_SEED, &err);
	if (!l->world)
		fail_msg("%s", err.text);
	shrink_init(&l->shrink, l->world);
}

static void close_lab(struct lab *l)
{
	shrink_release(&l->shrink);
	world_free(l->world);
}

static struct schedule schedule_of(const char *text)
{
	struct schedule s;
	struct err err = { 0 };

	if (!schedule_read(&s, text, &err))
		fail_msg("%s", err.text);
	return s;
}

static void assert_schedule(const struct schedule *s, const char *text)
{
	char is[SCHEDULE_TEXT_MAX];

	schedule_write(s, is);
	assert_string_equal(is, text);
}

static void test_cause__text_is_read_back(void **state)
{
	static const char text[] =
		"drop@to-target/request/3+8,flip@to-debugger/reply/2.1+12=0x40,"
		"insert@to-target/ack/1+0=0x62,duplicate@to-debugger/print/7";
	static const char *const wrong[] = {
		"",
		"lose@to-target/request/3",
		"drop@to-nobody/request/3",
		"drop@to-target/any/3",
		"drop@to-target/request/0",
		"drop@to-target/request/1+4017",
		"flip@to-target/request/1+4",
		"drop@to-target/request/1=0x01",
		"drop@to-target/break-in/1+0",
		"drop@to-target/request/1 ",
		"drop@to-target/request/1,",
	};
	struct schedule s = schedule_of(text);
	struct err err;

	(void)state;
	assert_int_equal(s.count, 4);
	assert_schedule(&s, text);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		err = (struct err){ 0 };
		assert_false(schedule_read(&s, wrong[i], &err));
		assert_int_equal(err.kind, ERR_USAGE);
	}
}

/* What did not matter goes; the earliest packet that fails alike is named. */
static void test_cause__is_the_least_that_fails_alike(void **state)
{
	struct schedule s = schedule_of(
		"drop@to-debugger/reply/2+20,flip@to-target/request/4+4=0x01,"
		"duplicate@to-target/ack/2");
	struct schedule acts;
	struct tried t;
	struct cause cause;
	struct err err = { 0 };
	struct lab l;

	(void)state;
	open_lab(&l);
	assert_true(shrink_acts(&l.shrink, &s, &acts, &t, &err));
	assert_int_equal(t.outcome.verdict, VERDICT_HANG);
	assert_schedule(&acts, "flip@to-target/request/4+4=0x01");
	for (unsigned i = 0; i < 3; i++) {
		assert_true(cause_find(&l.shrink, &s, &cause, &err));
		assert_schedule(&cause.shrunk,
				"flip@to-target/request/1+4=0x01");
		assert_int_equal(cause.key.verdict, VERDICT_HANG);
		assert_int_equal(cause.key.acts[0].field, FIELD_TYPE);
	}
	close_lab(&l);
}

/* Is the suspect of this run the only act of the schedule? */
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
	assert_true(recording_run(&r, l->world, l->shrink.start, chains.chains,
				  &err));
	trail_init(&trail, &quiet, 0);
	for (size_t i = 0; i < r.act_count; i++)
		trail.log.act(&trail.log, &r.acts[i]);
	suspect = trail_suspect(&trail, false);
	assert_non_null(suspect);
	assert_string_equal(suspect->act, act_kind_names[act->kind]);
	assert_int_equal(suspect->dir, act->address.dir);
	assert_int_equal(suspect->address.class, act->address.class);
	assert_int_equal(suspect->address.ordinal, act->address.ordinal);
	assert_int_equal(suspect->address.copy, act->address.copy);
	assert_int_equal(suspect->offset, act->offset);
	trail_release(&trail);
	recording_release(&r);
}

/* Every bit of a request's header: those that fail have one cause, this one. */
static void test_cause__one_fault_is_the_suspect(void **state)
{
	struct causes causes = { 0 };
	struct err err = { 0 };
	uint64_t failed = 0, counted = 0;
	struct lab l;

	(void)state;
	open_lab(&l);
	for (unsigned bit = 0; bit < 128; bit++) {
		struct schedule s = schedule_of(HANGS), cause;
		struct tried t;

		s.acts[0].offset = (uint16_t)(bit / 8);
		s.acts[0].value = (uint8_t)(1u << bit % 8);
		assert_true(shrink_acts(&l.shrink, &s, &cause, &t, &err));
		if (verdict_survived(t.outcome.verdict))
			continue;
		failed++;
		assert_int_equal(act_compare(&cause.acts[0], &s.acts[0]), 0);
		check_suspect(&l, &cause);
		assert_true(causes_add(&causes, &l.shrink, &s, bit, &err));
	}
	assert_true(failed > 1);
	assert_true(causes_shrink(&causes, &l.shrink, &err));
	assert_true(causes.count && causes.count < failed);
	for (size_t i = 0; i < causes.count; i++) {
		counted += causes.items[i].schedules;
		check_suspect(&l, &causes.items[i].shrunk);
	}
	assert_int_equal(counted, failed);
	causes_release(&causes);
	close_lab(&l);
}

/* A re-send can be aimed at: both copies lost need two acts. */
static void test_cause__needs_both_copies(void **state)
{
	struct schedule s = schedule_of("drop@to-target/request/3+8,"
					"drop@to-target/request/3.1+8");
	struct schedule one = schedule_of("drop@to-target/request/3.1+8");
	struct tried t;
	struct err err = { 0 };
	struct lab l;

	(void)state;
	open_lab(&l);
	assert_true(shrink_try(&l.shrink, &one, &t, &err));
	assert_false(t.outcome.acted);
	assert_true(shrink_try(&l.shrink, &s, &t, &err));
	assert_true(t.outcome.acted);
	assert_int_equal(t.key.acts[1].field, FIELD_ID);
	close_lab(&l);
}

static char *chart_text(struct lab *l, const char *text, bool svg)
{
	struct schedule s = schedule_of(text);
	const struct chart_window all = { 0 };
	struct schedule_chains chains;
	struct recording r;
	struct chart chart;
	struct err err = { 0 };
	char *shown = NULL;
	size_t len;
	FILE *out = open_memstream(&shown, &len);

	schedule_chains(&s, &chains);
	assert_true(recording_run(&r, l->world, l->shrink.start, chains.chains,
				  &err));
	chart_recorded(&chart, &r);
	if (svg)
		chart_svg(out, &chart, &all);
	else
		chart_print(out, &chart, &all);
	fclose(out);
	chart_release(&chart);
	recording_release(&r);
	return shown;
}

static void test_cause__chart_tells_what_happened(void **state)
{
	struct lab l;
	char *text, *picture;

	(void)state;
	open_lab(&l);
	text = chart_text(&l, HANGS, false);
	assert_non_null(strstr(text, "-- reset 1 00000000 -"));
	assert_non_null(strstr(text, "- request 3 "));
	assert_non_null(strstr(text, "! byte 4 (type) of request 3 to the "
				     "target was changed from 0x02 to 0x03"));
	assert_non_null(strstr(text, "~~ print "));
	assert_non_null(strstr(text, "stopped"));
	assert_non_null(strstr(text, "hang: step"));
	/* Each reply is numbered as it was sent. */
	assert_true(strstr(text, " reply 1 ") < strstr(text, " reply 2 "));
	picture = chart_text(&l, HANGS, true);
	assert_memory_equal(picture, "<svg ", 5);
	assert_non_null(strstr(picture, "byte 4 (type) of request 3"));
	assert_string_equal(picture + strlen(picture) - 7, "</svg>\n");
	free(picture);
	free(text);
	close_lab(&l);
}

static void test_cause__ten_replays_are_the_same_bytes(void **state)
{
	struct schedule s = schedule_of(HANGS ",drop@to-debugger/reply/2+30");
	struct schedule_chains chains;
	struct err err = { 0 };
	char *first = NULL;
	struct lab l;

	(void)state;
	open_lab(&l);
	schedule_chains(&s, &chains);
	for (unsigned i = 0; i < 10; i++) {
		struct recording r;
		char *text;

		assert_true(recording_run(&r, l.world, l.shrink.start,
					  chains.chains, &err));
		text = recording_text(&r);
		assert_true(strlen(text) > 1000 && r.act_count == 2);
		if (first)
			assert_string_equal(text, first);
		else
			first = mem_strdup(text);
		free(text);
		recording_release(&r);
	}
	free(first);
	close_lab(&l);
}

/* As a scenario it fails the same way; what would not is not written. */
static void test_cause__is_saved_as_a_scenario(void **state)
{
	struct schedule s = schedule_of(HANGS);
	struct save_input in = { .schedule = &s,
				 .verdict = VERDICT_HANG,
				 .detail = "waits",
				 .name = "saved" };
	struct err err = { 0 };
	struct lab l;
	char *text;

	(void)state;
	open_lab(&l);
	in.cell = world_cell(l.world);
	text = save_text(&in, NULL, &err);
	if (!text)
		fail_msg("%s", err.text);
	assert_non_null(strstr(text, "debugger.profile: naive\n"));
	assert_non_null(strstr(text, "guest.pattern: 64KiB\n"));
	assert_non_null(strstr(text, "session: " SESSION));
	assert_non_null(strstr(text, "offset: 4, per: byte, mask: 0x01"));
	free(text);
	in.verdict = VERDICT_LIVELOCK;
	assert_null(save_text(&in, NULL, &err));
	assert_non_null(strstr(err.text, "'hang', not 'livelock'"));
	close_lab(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cause__text_is_read_back),
		cmocka_unit_test(test_cause__is_the_least_that_fails_alike),
		cmocka_unit_test(test_cause__one_fault_is_the_suspect),
		cmocka_unit_test(test_cause__needs_both_copies),
		cmocka_unit_test(test_cause__chart_tells_what_happened),
		cmocka_unit_test(test_cause__ten_replays_are_the_same_bytes),
		cmocka_unit_test(test_cause__is_saved_as_a_scenario),
	};

	return cmocka_run_group_tests(tests, NULL, plans_release);
}
