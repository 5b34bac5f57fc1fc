/* SPDX-License-Identifier: MIT */
/* Time to prompt: which steps stand where, with which numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "report/prompt.h"
#include "tests/unit/summary_rig.h"

#define GIB4 4294967296.0

static struct prompt p;

/* --- small results, made here -----------------------------------------------
 */

/* One cell of scenario 's'; trials name it. */
#define PARAMS(transport, kind, accel, think)                   \
	"\"params\":{\"transport\":\"" transport                \
	"\",\"transport.kind\":\"" kind "\",\"accel\":\"" accel \
	"\",\"debugger.think\":\"" think "\"}"
#define CELL_OF(id, transport, kind, accel, think)              \
	"{\"cell\":\"" id "\",\"label\":\"transport=" transport \
	" debugger.think=" think "\",\"axes\":[\"transport\","  \
	"\"debugger.think\"]," PARAMS(transport, kind, accel, think) "}"
#define TRIAL_OF(id, more, steps)                                       \
	"{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"" id         \
	"\",\"trial\":1,\"valid\":true,\"verdict\":\"completed\"," more \
	"\"steps\":{" steps "}}\n"
#define STEP_OF(name, kind, ops, wall, trips, more)           \
	"\"" name "\":{\"kind\":\"" kind "\",\"ops\":" #ops   \
	",\"wall_ns\":" #wall ",\"round_trips\":" #trips      \
	",\"wire_bytes\":1000,\"latency_ns\":{\"max\":" #wall \
	",\"n\":1,\"hist\":[[100," #ops "]]}" more "}"

#define RING CELL_OF("c", "ring", "ivshmem", "tcg", "none")
#define ATTACH STEP_OF("a", "attach", 1, 5000, 55, "")

static struct results_dir own;

static bool made(const char *cells, const char *trials)
{
	make(&own, cells, trials);
	return prompt_make(&p, &s);
}

static const struct prompt_cell *only(enum prompt_what what)
{
	assert_int_equal(p.count, 1);
	assert_non_null(p.rows[0].cells[what].scenario);
	return &p.rows[0].cells[what];
}

static void test_prompt__wants_a_session(void **state)
{
	(void)state;
	assert_true(made(RING, TRIAL_OF("c", "", ATTACH)));
	assert_true(only(PROMPT_ATTACH)->time.kind == ESTIMATE_ONE);
	drop(&own);
	/* What any debugger does makes none. */
	assert_false(made(
		RING,
		TRIAL_OF("c", "",
			 STEP_OF("r", "reconnect", 9, 900, 9, "") "," STEP_OF(
				 "b", "break-in", 9, 900, 0, ""))));
	drop(&own);
	/* Nor a single step that asks nothing, nor a dump that is the whole. */
	assert_false(
		made(RING,
		     TRIAL_OF("c", "",
			      STEP_OF("x", "step", 10, 900, 10, "") "," STEP_OF(
				      "d", "dump", 2, 900, 4,
				      ",\"payload_bytes\":8192"))));
	drop(&own);
	assert_true(
		made(RING,
		     TRIAL_OF("c", "", STEP_OF("x", "step", 10, 900, 80, ""))));
	drop(&own);
}

static void test_prompt__a_dump_is_extrapolated(void **state)
{
	const struct prompt_cell *c;

	(void)state;
	assert_true(made(
		RING,
		TRIAL_OF("c", "",
			 STEP_OF("d", "dump", 4, 4000, 8,
				 ",\"payload_bytes\":16384,\"pieces\":\"page\","
				 "\"whole\":{\"ops\":null,\"bytes\":"
				 "4294967296}"))));
	c = only(PROMPT_DUMP);
	assert_true(c->operations == GIB4 / 4096);
	assert_true(c->time.value == 1000 * GIB4 / 4096);
	assert_true(c->time.extrapolated);
	assert_true(c->counts.round_trips == 2 * GIB4 / 4096);
	assert_true(c->counts.wire_bytes == 250 * GIB4 / 4096);
	assert_string_equal(p.titles[PROMPT_DUMP], "4 GiB dump");
	assert_false(p.has[PROMPT_PACKETS]);
	drop(&own);
}

static void test_prompt__the_cold_walk_stands(void **state)
{
	const struct prompt_cell *c;

	(void)state;
	assert_true(made(
		RING,
		TRIAL_OF("c", "",
			 STEP_OF("warm", "stack-walk", 90, 900, 450,
				 ",\"whole\":{\"ops\":10}") "," STEP_OF("cold",
									"stack-"
									"walk",
									20, 600,
									300,
									""))));
	c = only(PROMPT_FRAMES);
	assert_string_equal(c->step->name, "cold");
	assert_true(c->time.value == 300 && !c->time.extrapolated);
	assert_int_equal(c->rivals, 1);
	assert_int_equal(p.rivals, 1);
	assert_string_equal(p.titles[PROMPT_FRAMES], "10 frames");
	drop(&own);
}

/* What happens without requests of its own is not more with them. */
static void test_prompt__times_hold_the_thinking(void **state)
{
	const struct prompt_cell *c;

	(void)state;
	assert_true(made(
		RING,
		TRIAL_OF("c", "",
			 ATTACH "," STEP_OF(
				 "r", "read-memory", 1, 900, 1,
				 ",\"payload_bytes\":128,\"thought\":{\"n\":1,"
				 "\"sum_ns\":700,\"p50_ns\":700},\"cycle_ns\":{"
				 "\"max\":1600,\"n\":1,\"hist\":[[210,1]]}"))));
	c = only(PROMPT_READ);
	assert_true(c->time.value == 1600);
	assert_true(c->thought_ns == 700);
	drop(&own);
}

static void test_prompt__damage_does_not_count(void **state)
{
	(void)state;
	assert_false(made(RING, TRIAL_OF("c", "\"faults\":1,", ATTACH)));
	drop(&own);
}

#define FOUR                                                         \
	CELL_OF("a", "ring", "ivshmem", "kvm", "windbg")             \
	"," CELL_OF("b", "uart", "uart", "tcg", "none") "," CELL_OF( \
		"c", "ring", "ivshmem", "tcg",                       \
		"none") "," CELL_OF("d", "ring", "ivshmem", "tcg", "windbg")

static void test_prompt__accelerators_and_thinking_stay_apart(void **state)
{
	static const struct {
		enum world world;
		const char *transport, *think;
	} wanted[] = {
		{ WORLD_TCG, "ring", "none" },
		{ WORLD_TCG, "ring", "windbg" },
		{ WORLD_TCG, "uart", "none" },
		{ WORLD_KVM, "ring", "windbg" },
	};
	size_t found = 0;

	(void)state;
	assert_true(made(FOUR,
			 TRIAL_OF("a", "", ATTACH) TRIAL_OF("d", "", ATTACH)
				 TRIAL_OF("c", "", ATTACH)
					 TRIAL_OF("b", "", ATTACH)));
	assert_int_equal(p.count, 4);
	for (size_t i = 0; i < p.count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(wanted); k++)
			found += p.rows[i].world == wanted[k].world &&
				 strcmp(p.rows[i].transport,
					wanted[k].transport) == 0 &&
				 strcmp(p.rows[i].think, wanted[k].think) == 0;
	assert_int_equal(found, 4);
	assert_int_equal(p.rows[3].world, WORLD_KVM);
	drop(&own);
}

static void test_prompt__virtual_time_gives_way(void **state)
{
	static const char cells[] =
		CELL_OF("a", "sim", "sim", "none", "none") "," RING;

	(void)state;
	assert_true(made(cells, TRIAL_OF("a", "", ATTACH)));
	assert_int_equal(p.rows[0].world, WORLD_VIRTUAL);
	drop(&own);
	assert_true(made(cells,
			 TRIAL_OF("a", "", ATTACH) TRIAL_OF("c", "", ATTACH)));
	assert_int_equal(only(PROMPT_ATTACH)->cell->world, WORLD_TCG);
	drop(&own);
}

/* Some sessions want a target that refuses something: no row of its own. */
static void test_prompt__rows_are_of_transports(void **state)
{
	static const char cells[] =
		"{\"cell\":\"a\",\"params\":{\"transport\":\"ring\","
		"\"transport.kind\":\"ivshmem\",\"accel\":\"tcg\","
		"\"target.context-ex\":\"refused\"}},"
		"{\"cell\":\"b\",\"params\":{\"transport\":\"ring\","
		"\"transport.kind\":\"ivshmem\",\"accel\":\"tcg\"}},"
		"{\"cell\":\"c\",\"params\":{\"transport\":\"ring\","
		"\"transport.kind\":\"ivshmem\",\"accel\":\"tcg\","
		"\"transport.via\":\"unix\"}}";

	(void)state;
	assert_true(made(
		cells, TRIAL_OF("a", "", ATTACH) TRIAL_OF(
			       "b", "", STEP_OF("m", "reload", 3, 900, 30, ""))
			       TRIAL_OF("c", "", ATTACH)));
	assert_int_equal(p.count, 2);
	assert_non_null(p.rows[0].cells[PROMPT_ATTACH].scenario);
	assert_non_null(p.rows[0].cells[PROMPT_RELOAD].scenario);
	assert_string_equal(p.rows[1].label, "ring, transport.via=unix");
	drop(&own);
}

static void test_prompt__other_wholes_are_other_columns(void **state)
{
	(void)state;
	assert_true(made(FOUR, TRIAL_OF("b", "",
					STEP_OF("m", "reload", 3, 900, 30,
						",\"whole\":{\"ops\":40}"))
				       TRIAL_OF("c", "",
						STEP_OF("m", "reload", 3, 900,
							30, ""))));
	assert_string_equal(p.titles[PROMPT_RELOAD], "reload (40 modules)");
	assert_true(only(PROMPT_RELOAD)->operations == 40);
	drop(&own);
}

static void assert_text(double value, double low, double high,
			enum estimate_kind kind, bool more, const char *wanted)
{
	struct estimate e = { kind, value, low, high, 9, more };
	struct arena arena = { 0 };

	assert_string_equal(prompt_text(&arena, &e), wanted);
	arena_release(&arena);
}

static void test_prompt__digits_are_deserved(void **state)
{
	(void)state;
	assert_text(1.6243e9, 1.6e9, 1.66e9, ESTIMATE_INTERVAL, false,
		    "1.62 s \u00b12%");
	assert_text(47.1e9, 44e9, 50e9, ESTIMATE_INTERVAL, true,
		    "~47 s (44..50 s)");
	assert_text(1.07e6, 0.947e6, 1.22e6, ESTIMATE_RANGE, false,
		    "1.1 ms [0.95..1.2 ms]");
	assert_text(1.6243e9, 1.6243e9, 1.6243e9, ESTIMATE_ONE, false, "1.6 s");
	assert_text(3.9e14, 0, 8e14, ESTIMATE_INTERVAL, true,
		    "~110 h (0..220 h)");
	assert_text(NAN, NAN, NAN, ESTIMATE_NONE, false, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prompt__wants_a_session),
		cmocka_unit_test(test_prompt__a_dump_is_extrapolated),
		cmocka_unit_test(test_prompt__the_cold_walk_stands),
		cmocka_unit_test(test_prompt__times_hold_the_thinking),
		cmocka_unit_test(test_prompt__damage_does_not_count),
		cmocka_unit_test(
			test_prompt__accelerators_and_thinking_stay_apart),
		cmocka_unit_test(test_prompt__virtual_time_gives_way),
		cmocka_unit_test(test_prompt__rows_are_of_transports),
		cmocka_unit_test(test_prompt__other_wholes_are_other_columns),
		cmocka_unit_test(test_prompt__digits_are_deserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
