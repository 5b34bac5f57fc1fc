/* SPDX-License-Identifier: MIT */
/* Faults of the debugger's side: what they ask for, where, and what is said. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inject/restart.h"
#include "inject/rival.h"
#include "tests/support/faults.h"
#include "tests/support/hex.h"

static struct faults faults;
static struct chain chain;
static uint8_t in[4096], out[4096];

#define T0 UINT64_C(1000000000)
#define REQUEST "30303030 0200 0400 00008080 0a000000 01020304 aa"
#define ACK "69696969 0400 0000 00008080 00000000"

/* A request and an ACK: what is asked for, behind how many bytes. */
static struct chain_event asked(const char *name, const char *settings,
				size_t behind)
{
	size_t len = hex_read(REQUEST ACK, in, sizeof(in));
	struct chain_event event;

	faults_init(&faults);
	faults_add(&faults, name, settings);
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), behind);
	assert_int_equal(faults.act_count, 1);
	assert_non_null(chain_asks(&chain, T0));
	event = *chain_asks(&chain, T0);
	chain_asked(&chain);
	/* No byte is lost by asking. */
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0),
			 len - behind);
	return event;
}

static const char *said(void)
{
	static char text[200];

	fault_act_describe(&faults.acts[0], text, sizeof(text));
	return text;
}

static void test_stages_desk__freeze_names_its_side(void **state)
{
	struct chain_event e;

	(void)state;
	e = asked("freeze", "who=debugger time=15ms class=ack", 21);
	assert_int_equal(e.kind, EVENT_ABSENCE);
	assert_int_equal(e.amount, 15000000);
	assert_string_equal(said(), "the debugger was frozen for 15 ms before "
				    "ack 1 to the target");
	e = asked("freeze", "time=15ms class=request offset=20", 20);
	assert_int_equal(e.kind, EVENT_FREEZE);
	assert_non_null(strstr(said(), "the target was frozen"));
}

static void test_stages_desk__restart_is_in_mid_packet(void **state)
{
	struct restart_config c;
	struct chain_event e;

	(void)state;
	e = asked("restart", "time=3s pipe=lost class=request offset=8", 8);
	assert_int_equal(e.kind, EVENT_RESTART);
	c = restart_of(e.amount);
	assert_int_equal(c.time_ns, 3000000000);
	assert_int_equal(c.pipe, RESTART_LOST);
	assert_string_equal(said(), "the debugger was killed before bytes 8 to "
				    "20 (id) of request 1 to the target, and "
				    "another one started 3 s later");
	assert_int_equal(faults.acts[0].after, RESTART_LOST);
}

static void test_stages_desk__rival_comes_once(void **state)
{
	struct rival_config c;
	struct chain_event e;

	(void)state;
	e = asked("rival",
		  "profile=naive does=listen reads=both mix=byte asks=9 "
		  "time=2s",
		  0);
	assert_int_equal(e.kind, EVENT_RIVAL);
	c = rival_of(e.amount);
	assert_int_equal(c.profile, RIVAL_NAIVE);
	assert_int_equal(c.does, RIVAL_LISTENS);
	assert_int_equal(c.reads, RIVAL_BOTH);
	assert_int_equal(c.mix, RIVAL_BYTES);
	assert_int_equal(c.asks, 9);
	assert_int_equal(c.time_ns, 2000000000);
	assert_string_equal(said(),
			    "a second debugger came before request 1 to the "
			    "target");
}

/* What any number says is a rival that there can be. */
static void test_stages_desk__hostile_numbers_are_rivals(void **state)
{
	struct rival_config c = rival_of(UINT64_MAX);

	(void)state;
	assert_in_range(c.profile, 0, RIVAL_PROFILE_COUNT - 1);
	assert_in_range(c.mix, RIVAL_PACKETS, RIVAL_BYTES);
}

static void test_stages_desk__refuse_what_makes_no_sense(void **state)
{
	(void)state;
	assert_non_null(faults_check("restart", "per=byte"));
	assert_non_null(faults_check("freeze", "per=byte"));
	assert_non_null(faults_check("rival", "offset=3"));
	assert_null(faults_check("restart", "offset=3"));
	assert_null(faults_check("rival", "per=packet"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages_desk__freeze_names_its_side),
		cmocka_unit_test(test_stages_desk__restart_is_in_mid_packet),
		cmocka_unit_test(test_stages_desk__rival_comes_once),
		cmocka_unit_test(test_stages_desk__hostile_numbers_are_rivals),
		cmocka_unit_test(test_stages_desk__refuse_what_makes_no_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
