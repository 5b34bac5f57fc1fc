/* SPDX-License-Identifier: MIT */
#include "inject/act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/faults.h"

static struct faults faults;
static struct chain chain;

/* The clause about act 'index' of one stage on a few packets. */
static const char *told(const char *name, const char *settings, size_t index)
{
	static char text[200];
	uint8_t bytes[64];
	size_t len = packet_data(bytes, KD_STATE_MANIPULATE, 0, 4, 1);

	faults_init(&faults);
	faults_add(&faults, name, settings);
	chain_init(&chain, &faults.spec, TO_TARGET, 1, 0, &faults.log);
	chain_feed(&chain, bytes, len, 0);
	chain_feed(&chain, bytes, len, 0);
	chain_feed(&chain, (const uint8_t *)"\x62\x11", 2, 0);
	assert_true(index < faults.act_count);
	assert_true(fault_act_describe(&faults.acts[index], text,
				       sizeof(text)) == (int)strlen(text));
	return text;
}

static const struct {
	const char *name, *settings;
	size_t index;
	const char *text;
} described[] = {
	{ "drop", "offset=8", 0,
	  "byte 8 (id) of request 1 to the target was dropped" },
	{ "drop", "offset=8", 1,
	  "byte 8 (id) of re-send 1 of request 1 to the target was "
	  "dropped" },
	{ "drop", "field=id per=packet", 0,
	  "bytes 8 to 11 (id) of request 1 to the target were "
	  "dropped" },
	{ "drop", "per=packet", 0, "request 1 to the target was dropped" },
	{ "drop", "class=break-in", 0, "break-in 1 to the target was dropped" },
	{ "drop", "class=stray", 0, "stray byte 1 to the target was dropped" },
	{ "flip", "field=trailer mask=0x0f", 0,
	  "byte 20 (trailer) of request 1 to the target was changed "
	  "from 0xaa to 0xa5" },
	{ "transform", "how=seven-bits", 0,
	  "byte 20 (trailer) of request 1 to the target, 0xaa, "
	  "became 0x2a" },
	{ "transform", "how=xon-xoff class=stray", 0,
	  "stray byte 1 to the target, 0x11, became nothing" },
	{ "stale", "what=break-in count=3", 0,
	  "3 bytes of an earlier life came before request 1 to the "
	  "target" },
	{ "overrun", "late=2", 0,
	  "bytes 16 to 17 (payload) of request 1 to the target were "
	  "lost behind a full FIFO" },
	{ "line-break", "field=id", 0,
	  "the line was low before bytes 8 to 11 (id) of request 1 to "
	  "the target" },
	{ "insert", "per=packet byte=0x30", 0,
	  "0x30 was inserted before byte 0 (leader) of request 1 to "
	  "the target" },
	{ "delay", "time=1.5ms", 0,
	  "request 1 to the target was delayed by 1500 us" },
	{ "delay", "time=2s per=byte offset=17", 0,
	  "byte 17 (payload) of request 1 to the target was delayed "
	  "by 2 s" },
	{ "set", "value=7 offset=4", 0,
	  "byte 4 (type) of request 1 to the target was set from 0x02 "
	  "to 0x07" },
	{ "duplicate", "per=packet", 0,
	  "request 1 to the target was delivered 2 times" },
	{ "truncate", "keep=18", 0,
	  "bytes 18 to 20 (payload) of request 1 to the target were "
	  "cut off" },
	{ "stall", "time=3ms offset=5", 0,
	  "the line stood still for 3 ms before byte 5 (type) of "
	  "request 1 to the target" },
	{ "reorder", "behind=2", 0,
	  "request 1 to the target was held back behind the next 2" },
	{ "hangup", "offset=16", 0,
	  "the link hung up before bytes 16 to 20 (payload) of request "
	  "1 to the target" },
	{ "throttle", "rate=11520", 0,
	  "request 1 to the target was slowed to 11520 bytes/s" },
};

static void test_act__describes_every_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(described); i++)
		assert_string_equal(told(described[i].name,
					 described[i].settings,
					 described[i].index),
				    described[i].text);
}

static void test_act__what_happens_to_a_target_is_told_too(void **state)
{
	static const struct {
		const char *name, *settings, *text;
	} cases[] = {
		{ "freeze", "time=15ms offset=8",
		  "the target was frozen for 15 ms before byte 8 (id) of "
		  "request 1 to the target" },
		{ "poll-cost", "cost=3us",
		  "a poll of the target cost 3 us from before request 1 to the "
		  "target on" },
		{ "ring-epoch", "of=debugger",
		  "the debugger began to count its rings anew before request 1 "
		  "to the target" },
		{ "wreck", "what=idt",
		  "the target lost its IDT before request 1 to the target" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(told(cases[i].name, cases[i].settings, 0),
				    cases[i].text);
}

static void test_act__every_fault_says_how_it_is_told(void **state)
{
	struct fault_act act = { .address = { TO_DEBUGGER, CLASS_OTHER, 1, 0 },
				 .field = "packet",
				 .offset = -1 };
	char text[200];

	(void)state;
	for (const struct stage_type *const *t = stage_types; *t; t++) {
		act.act = (*t)->name;
		(void)fault_act_describe(&act, text, sizeof(text));
		assert_non_null(strstr(text, "other packet 1 to the debugger"));
		assert_null(strpbrk(text, "{}"));
	}
}

static void test_act__description_is_cut_where_room_ends(void **state)
{
	const char *whole = told("drop", "per=packet", 0);
	char text[16];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(fault_act_describe(&faults.acts[0], text, 10),
			 strlen(whole));
	assert_string_equal(text, "request 1");
	assert_int_equal(text[10], 'x');
	assert_int_equal(fault_act_describe(&faults.acts[0], NULL, 0),
			 strlen(whole));
}

static void test_act__log_has_the_whole_address(void **state)
{
	const struct fault_act *a;

	(void)state;
	(void)told("flip", "offset=4 mask=1", 1);
	a = &faults.acts[1];
	assert_int_equal(a->dir, TO_TARGET);
	assert_int_equal(a->stage, 0);
	assert_string_equal(a->act, "flip");
	assert_string_equal(a->label, "flip");
	assert_int_equal(a->address.dir, TO_TARGET);
	assert_int_equal(a->address.class, CLASS_REQUEST);
	assert_int_equal(a->address.ordinal, 1);
	assert_int_equal(a->address.copy, 1);
	assert_string_equal(a->field, "type");
	assert_int_equal(a->type, KD_STATE_MANIPULATE);
	assert_int_equal(a->offset, 4);
	assert_int_equal(a->len, 1);
	assert_int_equal(a->before, 2);
	assert_int_equal(a->after, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_act__describes_every_fault),
		cmocka_unit_test(
			test_act__what_happens_to_a_target_is_told_too),
		cmocka_unit_test(test_act__every_fault_says_how_it_is_told),
		cmocka_unit_test(test_act__description_is_cut_where_room_ends),
		cmocka_unit_test(test_act__log_has_the_whole_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
