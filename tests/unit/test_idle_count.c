/* SPDX-License-Identifier: MIT */
/* A guest's idle turns, and what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/wire.h"
#include "bench/session/steps.h"

#define COUNTERS 0x1000

static uint64_t loops; /* in the guest's memory */
static bool readable;

static bool peek(void *env, uint64_t address, void *to, size_t len)
{
	(void)env;
	assert_int_equal(address, COUNTERS + 8 * KDBB_IDLE_LOOPS);
	assert_int_equal(len, 8);
	kd_store64(to, loops);
	return readable;
}

static struct session_config config;
static struct step_record record;
static struct session session;

static struct session *polling(void)
{
	config = (struct session_config){ .idle_polls = true, .peek = peek };
	memset(&record, 0, sizeof(record));
	memset(&session, 0, sizeof(session));
	session.config = &config;
	session.record = &record;
	session.target = (struct session_target){
		.known = true,
		.counters = COUNTERS,
		.counters_count = KDBB_COUNTER_COUNT,
	};
	loops = 500;
	readable = true;
	return &session;
}

static void spend(uint64_t ns, uint64_t turns)
{
	session.now += ns;
	loops += turns;
}

static void test_idle_count__busy_is_what_is_not_idle(void **state)
{
	struct session *s = polling();

	(void)state;
	assert_true(session_idle_begin(s));
	spend(1000, 100); /* nothing to do: 10 ns a turn */
	session_idle_calibrate(s);
	assert_int_equal(record.run_ns, 0);
	session_idle_begin(s);
	spend(4000, 100);
	session_idle_end(s);
	assert_int_equal(record.run_ns, 4000);
	assert_int_equal(record.busy_ns, 3000);
	/* A second time, and idler than idle: never less than nothing. */
	session_idle_begin(s);
	spend(1000, 120);
	session_idle_end(s);
	assert_int_equal(record.run_ns, 5000);
	assert_int_equal(record.busy_ns, 3000);
	/* What was ended is not counted again. */
	session_idle_end(s);
	assert_int_equal(record.run_ns, 5000);
}

static void test_idle_count__no_turn_at_all_needs_nothing_to_compare(
	void **state)
{
	struct session *s = polling();

	(void)state;
	session_idle_begin(s);
	spend(1000, 0);
	session_idle_end(s);
	assert_int_equal(record.run_ns, 1000);
	assert_int_equal(record.busy_ns, 1000);
	/* Some, and nobody knows how many there could be. */
	session_idle_begin(s);
	spend(1000, 1);
	session_idle_end(s);
	assert_int_equal(record.run_ns, 1000);
}

static void test_idle_count__says_nothing_where_nothing_is_known(void **state)
{
	struct session *s = polling();

	(void)state;
	config.idle_polls = false;
	assert_false(session_idle_begin(s));
	s = polling();
	config.peek = NULL;
	assert_false(session_idle_begin(s));
	s = polling();
	s->target.known = false;
	assert_false(session_idle_begin(s));
	s = polling();
	s->target.counters_count = 3;
	assert_false(session_idle_begin(s));
	s = polling();
	readable = false;
	assert_false(session_idle_begin(s));
	s = polling();
	session_idle_calibrate(s);
	session_idle_end(s);
	assert_int_equal(s->idle.full_loops, 0);
	assert_int_equal(record.run_ns, 0);
}

/* Whatever a guest writes there. */
static void test_idle_count__believes_no_nonsense(void **state)
{
	struct session *s = polling();

	(void)state;
	session_idle_begin(s);
	spend(1000, UINT64_MAX - 400); /* backwards */
	session_idle_calibrate(s);
	assert_int_equal(s->idle.full_loops, 0);
	session_idle_begin(s);
	spend(1000, UINT64_C(1) << 60);
	session_idle_calibrate(s);
	assert_int_equal(s->idle.full_loops, 0);
	session_idle_begin(s);
	spend(0, 0);
	session_idle_end(s);
	assert_int_equal(record.run_ns, 0);
	session_idle_begin(s);
	spend(UINT64_C(1) << 50, 1);
	session_idle_calibrate(s);
	session_idle_begin(s);
	spend(1000, (UINT64_C(1) << 48) - 1);
	session_idle_end(s);
	assert_int_equal(record.busy_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle_count__busy_is_what_is_not_idle),
		cmocka_unit_test(
			test_idle_count__no_turn_at_all_needs_nothing_to_compare),
		cmocka_unit_test(
			test_idle_count__says_nothing_where_nothing_is_known),
		cmocka_unit_test(test_idle_count__believes_no_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
