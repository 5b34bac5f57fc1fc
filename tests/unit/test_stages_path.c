/* SPDX-License-Identifier: MIT */
/*
 * Faults of the pipe and of what lies on the path: other readers, other
 * writers, terminals, buffers.
 */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/kd/parser.h"
#include "bench/kd/sum.h"
#include "tests/support/faults.h"
#include "tests/support/hex.h"

static struct faults faults;
static struct chain chain, back;
static const struct chain_spec nothing = { .flush_ns = CHAIN_FLUSH_NS };
static uint8_t in[65536], out[65536];

#define T0 UINT64_C(1000000000)
#define REQUEST "30303030 0200 0400 00008080 0a000000 01020304 aa"
#define ACK "69696969 0400 0000 00008080 00000000"
#define RESET "69696969 0600 0000 00000000 00000000"

static void start_towards(enum fault_dir dir)
{
	chain_init(&chain, &faults.spec, dir, 1, T0, &faults.log);
}

static void start_with(const char *name, const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, name, settings);
	start_towards(TO_TARGET);
}

static void feed(const char *hex, uint64_t ns)
{
	size_t len = hex_read(hex, in, sizeof(in));

	chain_feed(&chain, in, len, T0 + ns);
}

static size_t drain(void)
{
	return chain_drain(&chain, out, sizeof(out), T0 + 1000 * NS_PER_S);
}

static void assert_makes(const char *before, const char *after)
{
	feed(before, 0);
	assert_hex(out, drain(), after);
}

static void test_stages_path__stale_comes_first_and_once(void **state)
{
	static const struct {
		const char *settings, *after;
	} cases[] = {
		{ "", RESET REQUEST ACK REQUEST },
		{ "count=3", RESET RESET RESET REQUEST ACK REQUEST },
		{ "what=ack id=1 class=ack",
		  REQUEST "69696969 0400 0000 01008080 00000000" ACK REQUEST },
		{ "what=resend nth=1 class=ack",
		  REQUEST "69696969 0500 0000 00000000 00000000" ACK REQUEST },
		{ "what=break-in count=2 limit=2",
		  "6262" REQUEST "6262" ACK REQUEST },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("stale", cases[i].settings);
		assert_makes(REQUEST ACK REQUEST, cases[i].after);
	}
	assert_int_equal(faults.act_count, 2);
	assert_int_equal(faults.acts[0].amount, 2);
}

/* It is a packet that any receiver takes, of the kind that goes that way. */
static void test_stages_path__stale_packets_are_whole(void **state)
{
	static const uint16_t types[] = { KD_STATE_MANIPULATE,
					  KD_STATE_CHANGE64 };

	(void)state;
	for (unsigned dir = 0; dir < 2; dir++) {
		static struct kd_parser p;
		size_t used, len;

		start_with("stale", "what=packet id=1");
		start_towards((enum fault_dir)dir);
		feed(ACK, 0);
		len = drain();
		kd_parser_init(&p, true);
		assert_int_equal(
			kd_parser_next(&p, (struct kd_span){ out, len }, &used),
			KD_PARSE_LEADER);
		assert_int_equal(kd_sum(out + 16, len - 16 - 1 - 16),
				 kd_load32(out + 12));
		assert_int_equal(kd_load16(out + 4), types[dir]);
		assert_int_equal(kd_load16(out + 6), len - 16 - 1 - 16);
		assert_int_equal(kd_load32(out + 8), KD_ID_INITIAL ^ 1);
		assert_int_equal(out[len - 17], KD_TRAILER_BYTE);

		start_with("stale", "what=half id=1");
		start_towards((enum fault_dir)dir);
		feed(ACK, 0);
		assert_int_equal(drain(), len - 40);
	}
}

static void test_stages_path__foreign_text_comes_first(void **state)
{
	static const char *const names[] = { "who=firmware", "who=loader",
					     "who=linux", "who=login",
					     "who=modem" };
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		start_with("foreign", names[i]);
		feed(ACK ACK, 0);
		len = drain();
		assert_true(len > 32 + 10);
		assert_hex(out + len - 32, 32, ACK ACK);
		assert_int_equal(faults.act_count, 1);
		assert_int_equal(faults.acts[0].amount, len - 32);
	}
	start_with("foreign", "text=hi nth=2");
	assert_makes(ACK "62", ACK "686962");
	/* What ends in a 62, as 'scrap' does, asks for a stop. */
	start_with("foreign", "who=scrap");
	feed(ACK, 0);
	len = drain();
	assert_int_equal(out[len - 17], KD_BREAKIN_BYTE);
}

static void test_stages_path__steal_takes_bytes_in_a_row(void **state)
{
	uint8_t before[64];
	size_t len = hex_read(REQUEST, before, sizeof(before));
	unsigned lengths = 0, places = 0;

	(void)state;
	start_with("steal", "min=2 max=5");
	for (unsigned i = 0; i < 200; i++) {
		const struct fault_act *a = &faults.acts[i];
		size_t got;

		before[8] = (uint8_t)i;
		chain_feed(&chain, before, len, T0);
		got = drain();
		assert_int_equal(faults.act_count, i + 1);
		assert_int_equal(got, len - a->len);
		assert_memory_equal(out, before, (size_t)a->offset);
		assert_memory_equal(out + a->offset,
				    before + a->offset + a->len,
				    got - (size_t)a->offset);
		lengths |= 1u << a->len;
		places |= 1u << a->offset;
	}
	assert_int_equal(lengths & ~2u, 0x3c); /* a 1 at the end of a packet */
	assert_int_equal(places, (1u << len) - 1);
	start_with("steal", "min=3 max=3 offset=4");
	assert_makes(REQUEST, "30303030 00 00008080 0a000000 01020304 aa");
}

static void test_stages_path__a_full_pipe_loses_or_waits(void **state)
{
	static const struct {
		const char *settings, *after;
	} cases[] = {
		{ "capacity=16 when-full=drop-newest", ACK },
		{ "capacity=20 when-full=drop-newest", ACK "30303030" },
		{ "capacity=16 when-full=drop-oldest", ACK },
		{ "capacity=20 when-full=drop-oldest", "020304aa" ACK },
		{ "capacity=4 when-full=drop-oldest", "00000000" },
		{ "capacity=100 when-full=drop-oldest", ACK REQUEST ACK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("pipe", cases[i].settings);
		assert_makes(ACK REQUEST ACK, cases[i].after);
	}
	start_with("pipe", "capacity=20");
	hex_read(ACK REQUEST ACK, in, sizeof(in));
	/* Whole packets: it overflows by one, and then waits. */
	assert_int_equal(chain_put(&chain, (struct kd_span){ in, 53 }, T0), 37);
	assert_int_equal(chain_put(&chain, (struct kd_span){ in + 37, 16 }, T0),
			 0);
	assert_int_equal(drain(), 37);
	assert_int_equal(chain_put(&chain, (struct kd_span){ in + 37, 16 }, T0),
			 16);
	assert_int_equal(drain(), 16);
	assert_int_equal(faults.act_count, 0);
	chain_heal(&chain, T0);
	assert_true(chain_room(&chain) > 20);
}

/* What waits is lost, also where a pause in front of it has not passed. */
static void test_stages_path__a_full_pipe_loses_what_is_late(void **state)
{
	(void)state;
	faults_init(&faults);
	faults_add(&faults, "throttle", "rate=1000 limit=1");
	faults_add(&faults, "pipe", "capacity=25 when-full=drop-oldest");
	start_towards(TO_TARGET);
	feed(ACK, 0);
	feed(REQUEST, 3 * NS_PER_MS);
	for (uint64_t ms = 0; ms < 50; ms++)
		assert_true(chain_peek(&chain, T0 + ms * NS_PER_MS).len <= 25);
	assert_hex(out, drain(), "00000000" REQUEST);
}

static void test_stages_path__echo_comes_back_once(void **state)
{
	size_t len;

	(void)state;
	start_with("echo", "class=request");
	chain_init(&back, &nothing, TO_DEBUGGER, 1, T0, NULL);
	assert_true(chain_bypassed(&back));
	assert_makes(REQUEST ACK, REQUEST ACK);
	assert_false(chain_digest(&chain, T0) == chain_digest(&back, T0));
	assert_true(chain_cross(&chain, &back, T0));
	assert_false(chain_cross(&chain, &back, T0));
	assert_false(chain_bypassed(&back));
	len = chain_drain(&back, out, sizeof(out), T0);
	assert_hex(out, len, REQUEST);
	assert_true(chain_bypassed(&back));
	assert_int_equal(faults.act_count, 1);
}

/* Nobody fetches it: it holds so much, and the line goes on. */
static void test_stages_path__echo_has_a_limit(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 3000, 1);

	(void)state;
	start_with("echo", "");
	for (unsigned i = 0; i < 5; i++) {
		chain_feed(&chain, in, len, T0);
		assert_int_equal(drain(), len);
	}
	assert_int_equal(faults.act_count, STAGE_REFLECTED_MAX / len);
	chain_empty_out(&chain);
	chain_init(&back, &nothing, TO_DEBUGGER, 1, T0, NULL);
	assert_false(chain_cross(&chain, &back, T0));
}

static void test_stages_path__transform_takes_bytes_for_text(void **state)
{
	static const struct {
		const char *settings, *after;
	} cases[] = {
		{ "how=xon-xoff", "0aff0d80 12" },
		{ "how=nl-to-crnl", "110d0aff130d80 12" },
		{ "how=cr-to-nl", "110aff130a80 12" },
		{ "how=nl-to-cr", "110dff130d80 12" },
		{ "how=seven-bits", "110a7f130d00 12" },
		{ "how=double-255", "110affff130d80 12" },
		{ "how=double-255 class=request", "110aff130d80 12" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("transform", cases[i].settings);
		assert_makes("110aff130d80 12", cases[i].after);
	}
	start_with("transform", "how=double-255 per=packet field=payload");
	assert_makes("30303030 0200 0300 ff008080 fd020000 ff05ff aa",
		     "30303030 0200 0300 ff008080 fd020000 ffff05ffff aa");
	assert_int_equal(faults.act_count, 2);
	assert_int_equal(faults.acts[1].offset, 18);
	assert_int_equal(faults.acts[1].before, 0xff);
	assert_int_equal(faults.acts[1].amount, 2);
	start_with("transform", "how=seven-bits");
	assert_makes(REQUEST, "30303030 0200 0400 00000000 0a000000 01020304 "
			      "2a");
}

static size_t left_by(uint64_t ms)
{
	return chain_peek(&chain, T0 + ms * NS_PER_MS).len;
}

static void test_stages_path__coalesce_collects(void **state)
{
	(void)state;
	start_with("coalesce", "");
	feed(ACK, 0);
	feed(REQUEST, 39 * NS_PER_MS);
	assert_int_equal(left_by(39), 0);
	assert_int_equal(left_by(40), 37);
	feed(ACK, 41 * NS_PER_MS); /* begins anew */
	assert_int_equal(left_by(80), 37);
	assert_int_equal(left_by(81), 53);

	start_with("coalesce", "first=passes time=10ms");
	feed(ACK, 0);
	assert_int_equal(left_by(0), 16);
	feed(REQUEST, NS_PER_MS);
	feed(ACK, 2 * NS_PER_MS);
	assert_int_equal(left_by(9), 16);
	assert_int_equal(left_by(10), 53);
}

static void test_stages_path__coalesce_digests_what_is_left_of_it(void **state)
{
	(void)state;
	start_with("coalesce", "first=passes time=10ms");
	back = chain;
	back.t0 += 777;
	back.heard_ns += 777;
	feed(ACK, 0);
	chain_feed(&back, in, 16, T0 + 777);
	chain_consume(&chain, 16);
	chain_consume(&back, 16);
	assert_true(chain_digest(&chain, T0 + 5) ==
		    chain_digest(&back, T0 + 782));
	assert_false(chain_digest(&chain, T0 + 5) ==
		     chain_digest(&back, T0 + 783));
}

static void test_stages_path__fragment_cuts_packets(void **state)
{
	(void)state;
	start_with("fragment", "pause=5ms");
	feed(REQUEST ACK, 0);
	assert_int_equal(left_by(4), 16);
	assert_int_equal(left_by(5), 37);
	assert_int_equal(faults.act_count, 1);
	start_with("fragment", "pause=5ms size=8");
	feed(REQUEST "62", 0);
	assert_int_equal(left_by(4), 8);
	assert_int_equal(left_by(5), 16);
	assert_int_equal(left_by(9), 16);
	assert_int_equal(left_by(10), 22);
	assert_int_equal(faults.act_count, 1);
}

static void test_stages_path__check_says_what_makes_no_sense(void **state)
{
	static const struct refusal cases[] = {
		{ "steal", "min=3 max=2", true },
		{ "steal", "min=2 max=2 field=id", false },
		{ "pipe", "capacity=10 when-full=block", false },
		{ "pipe", "capacity=10 nth=3", true },
		{ "pipe", "capacity=10 class=ack", true },
		{ "pipe", "capacity=10 probability=0.5", true },
		{ "pipe", "capacity=10 until=1s", true },
		{ "pipe", "capacity=10 nth=3 when-full=drop-newest", false },
		{ "pipe", "capacity=10 field=id when-full=drop-newest", true },
		{ "coalesce", "per=byte", true },
		{ "fragment", "pause=1ms offset=3", true },
		{ "stale", "nth=4 class=reply", false },
	};

	(void)state;
	assert_refusals(cases, ARRAY_SIZE(cases));
}

#define TEST(name) cmocka_unit_test(test_stages_path__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stale_comes_first_and_once),
		TEST(stale_packets_are_whole),
		TEST(foreign_text_comes_first),
		TEST(steal_takes_bytes_in_a_row),
		TEST(a_full_pipe_loses_or_waits),
		TEST(a_full_pipe_loses_what_is_late),
		TEST(echo_comes_back_once),
		TEST(echo_has_a_limit),
		TEST(transform_takes_bytes_for_text),
		TEST(coalesce_collects),
		TEST(coalesce_digests_what_is_left_of_it),
		TEST(fragment_cuts_packets),
		TEST(check_says_what_makes_no_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
