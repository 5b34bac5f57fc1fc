/* SPDX-License-Identifier: MIT */
/* A debugger on a packet link: records, without ids and acknowledgements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/debugger.h"
#include "bench/kd/record.h"
#include "bench/kd/target.h"

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

/* Headers that make no sense: a length is never followed, at either end. */
static const struct {
	enum kd_record kind;
	uint32_t len;
} nonsense[] = {
	{ KD_RECORD_DATA, KD_PAYLOAD_MAX + 1 },
	{ KD_RECORD_DATA, UINT32_MAX },
	{ KD_RECORD_DATA, 0x10000 + KD_STATE_SIZE },
	{ (enum kd_record)0, 0 },
	{ (enum kd_record)255, UINT32_MAX },
};

static void test_kd_records__a_debugger_follows_no_length(void **state)
{
	uint8_t record[KD_RECORD_SIZE + KD_STATE_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nonsense); i++) {
		sit_at_a_stop();
		kd_record_store(record, nonsense[i].kind, KD_STATE_CHANGE64,
				nonsense[i].len);
		assert_int_equal(hear(record, KD_RECORD_SIZE),
				 KD_DEBUGGER_NOTHING);
		assert_int_equal(d.x.counts.stray, 1);
		assert_true(kd_parser_idle(&d.x.rx));
		assert_int_equal(d.state, KD_DEBUGGER_READY);
	}
}

static uint32_t read_nothing(void *env, bool physical, uint64_t address,
			     uint8_t *to, uint32_t len, uint32_t *sum)
{
	(void)env, (void)physical, (void)address, (void)to, (void)len;
	/* Over records nobody wants one. */
	assert_null(sum);
	return 0;
}

static void test_kd_records__a_target_follows_no_length(void **state)
{
	const struct kd_target_ops ops = { .read = read_nothing };
	const struct kd_target_profile profile = { .reliable = true,
						   .read_max = KD_DATA_MAX };
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT,
					.processors = 1 };
	static struct kd_target t;
	uint8_t record[KD_RECORD_SIZE + KD_MANIPULATE_SIZE] = { 0 };
	uint8_t out[512];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nonsense); i++) {
		kd_target_init(&t, &profile);
		kd_target_stop(&t, &e, 0);
		n = kd_target_output(&t, &ops, NULL,
				     (struct kd_room){ out, sizeof(out) }, 0);
		assert_int_equal(n, KD_RECORD_SIZE + KD_STATE_SIZE);
		kd_record_store(record, nonsense[i].kind, KD_STATE_MANIPULATE,
				nonsense[i].len);
		n = kd_target_input(&t, &ops, NULL,
				    (struct kd_span){ record, KD_RECORD_SIZE },
				    0);
		assert_int_equal(n, KD_RECORD_SIZE);
		assert_true(kd_parser_idle(&t.x.rx));
		assert_int_equal(t.state, KD_TARGET_STOPPED);
		/* What makes sense again is served. */
		kd_record_store(record, KD_RECORD_DATA, KD_STATE_MANIPULATE,
				KD_MANIPULATE_SIZE);
		kd_store32(record + KD_RECORD_SIZE, KD_API_READ_VIRTUAL);
		kd_store32(record + KD_RECORD_SIZE + 0x18, 8);
		n = kd_target_input(&t, &ops, NULL,
				    (struct kd_span){ record, sizeof(record) },
				    0);
		assert_int_equal(n, sizeof(record));
		assert_int_equal(t.state, KD_TARGET_SENDING);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_kd_records__a_stop_does_not_overtake_the_continue),
		cmocka_unit_test(
			test_kd_records__a_continue_is_done_when_it_has_left),
		cmocka_unit_test(test_kd_records__a_debugger_follows_no_length),
		cmocka_unit_test(test_kd_records__a_target_follows_no_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
