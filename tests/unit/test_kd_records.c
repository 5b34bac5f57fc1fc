/* SPDX-License-Identifier: MIT */
/* A debugger on a packet link: records, without ids and acknowledgements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/kd/debugger.h"
#include "bench/kd/record.h"

static struct kd_debugger d;

/* One record of 'kind' arrives; what comes of its first bytes. */
static enum kd_debugger_event hear(const uint8_t *bytes, size_t len)
{
	size_t total = 0, used;
	enum kd_debugger_event event = KD_DEBUGGER_NOTHING;

	while (event == KD_DEBUGGER_NOTHING && total < len) {
		event = kd_debugger_input(
			&d, (struct kd_span){ bytes + total, len - total }, 0,
			&used);
		total += used;
		assert_true(used || event != KD_DEBUGGER_NOTHING);
	}
	assert_true(event == KD_DEBUGGER_NOTHING || total == len || !total);
	return event;
}

static size_t state_change(uint8_t *record)
{
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT,
					.processors = 1 };

	kd_record_store(record, KD_RECORD_DATA, KD_STATE_CHANGE64,
			KD_STATE_SIZE);
	kd_exception_store(&e, record + KD_RECORD_SIZE);
	return KD_RECORD_SIZE + KD_STATE_SIZE;
}

static void sit_at_a_stop(void)
{
	const struct kd_debugger_profile profile = { .reliable = true };
	uint8_t record[KD_RECORD_SIZE + KD_STATE_SIZE];
	uint8_t out[64];

	kd_debugger_init(&d, &profile);
	kd_debugger_connect(&d, 0);
	(void)kd_debugger_output(&d, (struct kd_room){ out, sizeof(out) }, 0);
	kd_record_store(record, KD_RECORD_RESET, 0, 0);
	assert_int_equal(hear(record, KD_RECORD_SIZE), KD_DEBUGGER_NOTHING);
	assert_int_equal(hear(record, state_change(record)), KD_DEBUGGER_STOP);
	assert_int_equal(d.state, KD_DEBUGGER_READY);
}

/*
 * The target can stop again before we have looked around: that it was sent on
 * comes first, or it would seem to run.
 */
static void test_kd_records__a_stop_does_not_overtake_the_continue(void **state)
{
	const struct kd_manipulate go = { .api = KD_API_CONTINUE2 };
	uint8_t record[KD_RECORD_SIZE + KD_STATE_SIZE];
	uint8_t out[256];

	(void)state;
	sit_at_a_stop();
	kd_debugger_request(&d, &go, NULL, 0, 0);
	assert_true(kd_debugger_output(&d, (struct kd_room){ out, sizeof(out) },
				       0) > 0);
	assert_int_equal(hear(record, state_change(record)), KD_DEBUGGER_DONE);
	assert_int_equal(d.state, KD_DEBUGGER_RUNNING);
	assert_int_equal(hear(record, state_change(record)), KD_DEBUGGER_STOP);
	assert_int_equal(d.state, KD_DEBUGGER_READY);
	assert_int_equal(kd_debugger_time(&d, 0), KD_DEBUGGER_NOTHING);
	assert_int_equal(d.state, KD_DEBUGGER_READY);
}

/* And if it runs on, the clock tells of it. */
static void test_kd_records__a_continue_is_done_when_it_has_left(void **state)
{
	const struct kd_manipulate go = { .api = KD_API_CONTINUE2 };
	uint8_t out[256];

	(void)state;
	sit_at_a_stop();
	kd_debugger_request(&d, &go, NULL, 0, 0);
	assert_true(kd_debugger_output(&d, (struct kd_room){ out, sizeof(out) },
				       0) > 0);
	assert_int_equal(kd_debugger_deadline(&d), 0);
	assert_int_equal(kd_debugger_time(&d, 0), KD_DEBUGGER_DONE);
	assert_int_equal(d.state, KD_DEBUGGER_RUNNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_kd_records__a_stop_does_not_overtake_the_continue),
		cmocka_unit_test(
			test_kd_records__a_continue_is_done_when_it_has_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
