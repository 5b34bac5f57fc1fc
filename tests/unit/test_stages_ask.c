/* SPDX-License-Identifier: MIT */
/* Faults that ask for something: when its turn comes, and what it is. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/keeper.h"
#include "bench/base/mem.h"
#include "tests/support/faults.h"
#include "tests/support/hex.h"

static struct faults faults;
static struct chain chain, other;
static uint8_t in[4096], out[65536], kept[1 << 18];

#define T0 UINT64_C(1000000000)
#define REQUEST "30303030 0200 0400 00008080 0a000000 01020304 aa"
#define ACK "69696969 0400 0000 00008080 00000000"

static void start(enum fault_dir dir, const char *name, const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, name, settings);
	chain_init(&chain, &faults.spec, dir, 1, T0, &faults.log);
}

static size_t feed(const char *hex)
{
	size_t len = hex_read(hex, in, sizeof(in));

	chain_feed(&chain, in, len, T0);
	return len;
}

static size_t drain(void)
{
	return chain_drain(&chain, out, sizeof(out), T0);
}

/* The event that is due now, and is taken. */
static void assert_asks(enum chain_event_kind kind, uint64_t amount)
{
	const struct chain_event *event = chain_asks(&chain, T0);

	assert_non_null(event);
	assert_int_equal(event->kind, kind);
	assert_int_equal(event->amount, amount);
	chain_asked(&chain);
}

/* Half a packet, the event, the other half: to the byte. */
static void test_stages_ask__comes_at_its_byte(void **state)
{
	static const struct {
		const char *settings;
		size_t before;
	} cases[] = {
		{ "class=ack time=5ms", 21 },
		{ "class=ack time=5ms offset=8", 21 + 8 },
		{ "class=ack time=5ms field=checksum", 21 + 12 },
		{ "class=request time=5ms copy=1", 21 + 16 },
		{ "class=request time=5ms nth=1 offset=0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len;

		start(TO_TARGET, "freeze", cases[i].settings);
		len = feed(REQUEST ACK REQUEST);
		assert_int_equal(drain(), cases[i].before);
		assert_int_equal(chain_peek(&chain, T0 + NS_PER_S).len, 0);
		assert_asks(EVENT_FREEZE, 5 * NS_PER_MS);
		assert_null(chain_asks(&chain, T0));
		assert_int_equal(drain(), len - cases[i].before);
		assert_int_equal(faults.act_count, 1);
		assert_string_equal(faults.acts[0].act, "freeze");
	}
}

static void test_stages_ask__each_asks_for_its_own(void **state)
{
	static const struct {
		const char *name, *settings;
		enum chain_event_kind kind;
		uint64_t amount;
	} cases[] = {
		{ "freeze", "", EVENT_FREEZE, 100 * NS_PER_MS },
		{ "pause", "", EVENT_PAUSE, 3 * NS_PER_S },
		{ "poll-cost", "cost=9us", EVENT_POLL_COST, 9000 },
		{ "snapshot", "", EVENT_SNAPSHOT, 0 },
		{ "revert", "", EVENT_REVERT, 0 },
		{ "reset", "", EVENT_RESET, 0 },
		{ "reset", "pipe=new", EVENT_RESET, 1 },
		{ "ring-epoch", "", EVENT_EPOCH, SIDE_TARGET },
		{ "ring-epoch", "of=debugger", EVENT_EPOCH, SIDE_DEBUGGER },
		{ "wreck", "what=idt", EVENT_WRECK, WRECK_IDT },
		{ "wreck", "what=stub", EVENT_WRECK, WRECK_STUB },
		{ "wreck", "what=page-tables", EVENT_WRECK, WRECK_PAGE_TABLES },
		{ "wreck", "what=ring-memory", EVENT_WRECK, WRECK_RING_MEMORY },
		{ "wreck", "what=cli-hlt", EVENT_WRECK, WRECK_CLI_HLT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start(TO_TARGET, cases[i].name, cases[i].settings);
		assert_true(chain_spec_asks(&faults.spec, cases[i].kind));
		assert_false(chain_spec_asks(&faults.spec, EVENT_NONE + 99));
		(void)feed(REQUEST);
		assert_asks(cases[i].kind, cases[i].amount);
		assert_int_equal(drain(), 21);
		assert_non_null(faults_check(cases[i].name, "per=byte"));
	}
}

/* What a target has not sent before it was reset, it never sends. */
static void test_stages_ask__reset_loses_what_was_not_sent(void **state)
{
	(void)state;
	start(TO_DEBUGGER, "reset", "class=ack offset=8");
	(void)feed(REQUEST ACK REQUEST);
	assert_int_equal(drain(), 21 + 8);
	assert_asks(EVENT_RESET, 0);
	assert_int_equal(drain(), 21);
	assert_int_equal(faults.acts[0].amount, 8);

	start(TO_TARGET, "reset", "class=ack offset=8");
	(void)feed(REQUEST ACK);
	assert_int_equal(drain(), 21 + 8);
	assert_asks(EVENT_RESET, 0);
	assert_int_equal(drain(), 8);
}

/* Bytes that other faults take or add do not move it. */
static void test_stages_ask__keeps_its_place(void **state)
{
	(void)state;
	start(TO_TARGET, "freeze", "offset=8");
	faults_add(&faults, "drop", "offset=4");
	faults_add(&faults, "insert", "offset=6 byte=7");
	faults_add(&faults, "insert", "offset=10 byte=7");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	(void)feed(REQUEST);
	assert_int_equal(drain(), 8);
	assert_asks(EVENT_FREEZE, 100 * NS_PER_MS);
	assert_int_equal(drain(), 14);
	/* It happens even if nothing is left of the packet. */
	start(TO_TARGET, "freeze", "offset=8");
	faults_add(&faults, "drop", "per=packet");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	(void)feed(REQUEST);
	assert_int_equal(drain(), 0);
	assert_asks(EVENT_FREEZE, 100 * NS_PER_MS);
}

/* Not before the packet would have come. */
static void test_stages_ask__waits_with_a_late_packet(void **state)
{
	(void)state;
	start(TO_TARGET, "delay", "time=2ms");
	faults_add(&faults, "freeze", "time=1ms");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	(void)feed(REQUEST);
	assert_null(chain_asks(&chain, T0));
	assert_int_equal(chain_deadline(&chain, T0), T0 + 2 * NS_PER_MS);
	assert_non_null(chain_asks(&chain, T0 + 2 * NS_PER_MS));
	/* Nothing is asked for once the faults are over. */
	chain_heal(&chain, T0);
	assert_null(chain_asks(&chain, T0 + 2 * NS_PER_MS));
	assert_int_equal(drain(), 21);
}

/* Events wait in the digest, and are put away and brought back. */
static void test_stages_ask__is_part_of_the_state(void **state)
{
	struct keeper to = { .at = kept };
	struct keeper from = { .at = kept, .restoring = true };

	(void)state;
	start(TO_TARGET, "freeze", "offset=8");
	chain_init(&other, &faults.spec, TO_TARGET, 1, T0, NULL);
	(void)feed(REQUEST);
	assert_int_equal(drain(), 8);
	chain_keep(&chain, &to);
	assert_in_range(to.used, 1, sizeof(kept));
	chain_keep(&other, &from);
	assert_int_equal(from.used, to.used);
	assert_int_equal(chain_digest(&other, T0), chain_digest(&chain, T0));
	assert_non_null(chain_asks(&other, T0));
	chain_asked(&other);
	assert_int_not_equal(chain_digest(&other, T0),
			     chain_digest(&chain, T0));
	assert_int_equal(chain_peek(&other, T0).len, 13);
	chain_empty_out(&chain);
	assert_null(chain_asks(&chain, T0));
}

/* A chain with too much in it stops reading: nothing is told and not done. */
static void test_stages_ask__never_too_much(void **state)
{
	unsigned fed = 0;

	(void)state;
	start(TO_TARGET, "freeze", "time=1ms");
	while (chain_room(&chain) && fed < 1000) {
		(void)feed(ACK);
		fed++;
	}
	assert_in_range(fed, 8, 100);
	assert_int_equal(faults.act_count, fed);
	for (unsigned i = 0; i < fed; i++) {
		assert_int_equal(drain(), i ? 16 : 0);
		assert_asks(EVENT_FREEZE, NS_PER_MS);
	}
	assert_int_equal(drain(), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages_ask__comes_at_its_byte),
		cmocka_unit_test(test_stages_ask__each_asks_for_its_own),
		cmocka_unit_test(
			test_stages_ask__reset_loses_what_was_not_sent),
		cmocka_unit_test(test_stages_ask__keeps_its_place),
		cmocka_unit_test(test_stages_ask__waits_with_a_late_packet),
		cmocka_unit_test(test_stages_ask__is_part_of_the_state),
		cmocka_unit_test(test_stages_ask__never_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
