/* SPDX-License-Identifier: MIT */
/* Faults of a UART: lost and garbled bytes, and where the receiver is told. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/keeper.h"
#include "bench/launch/sim_pipe.h"
#include "tests/support/faults.h"
#include "tests/support/hex.h"

static struct faults faults;
static struct chain chain, other;
static uint8_t in[65536], out[65536];

#define T0 UINT64_C(1000000000)
#define REQUEST "30303030 0200 0400 00008080 0a000000 01020304 aa"
#define ACK "69696969 0400 0000 00008080 00000000"

static void start_with(const char *name, const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, name, settings);
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
}

static void feed(const char *hex)
{
	chain_feed(&chain, in, hex_read(hex, in, sizeof(in)), T0);
}

/* Take all, with a 'ff' in front of each byte that comes behind an error. */
static size_t drain_marked(struct chain *c)
{
	struct kd_span span;
	size_t len = 0;

	while ((span = chain_peek(c, T0 + NS_PER_S)).len) {
		if (chain_marked(c))
			out[len++] = 0xff;
		memcpy(out + len, span.at, span.len);
		len += span.len;
		chain_consume(c, span.len);
	}
	return len;
}

static void test_stages_uart__errors_are_where_they_belong(void **state)
{
	static const struct {
		const char *name, *settings, *after;
	} cases[] = {
		{ "overrun", "",
		  "ff 30303030 0200 0400 00008080 0a000000 020304 aa" ACK },
		{ "overrun", "late=2 offset=3 class=request",
		  "303030 ff 30 0200 0400 00008080 0a000000 010203" ACK },
		{ "overrun", "fifo=4 late=100 offset=10",
		  "30303030 0200 0400 0000 ff 8080 0a00"
		  "69696969 0400 0000 0000 ff 8080 0000" },
		{ "line-break", "class=ack", REQUEST "ff 00" ACK },
		{ "line-break", "offset=16",
		  "30303030 0200 0400 00008080 0a000000 ff 00 01020304 "
		  "aa" ACK },
		{ "framing", "offset=8 mask=3 class=request",
		  "30303030 0200 0400 ff 03008080 0a000000 01020304 aa" ACK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with(cases[i].name, cases[i].settings);
		feed(REQUEST ACK);
		assert_hex(out, drain_marked(&chain), cases[i].after);
	}
}

static void test_stages_uart__framing_garbles_its_byte(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 40, 1);

	(void)state;
	start_with("framing", "nth=1 limit=10");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), len);
	for (size_t i = 0; i < 10; i++)
		assert_int_not_equal(in[i], out[i]);
	assert_memory_equal(in + 10, out + 10, len - 10);
	assert_int_equal(faults.acts[4].before, in[4]);
	assert_int_equal(faults.acts[4].after, out[4]);
}

/* Stages behind it drop and insert: the error stays before what was behind it.
 */
static void test_stages_uart__errors_move_with_their_bytes(void **state)
{
	(void)state;
	start_with("framing", "offset=8 mask=0x01");
	faults_add(&faults, "drop", "offset=2");
	faults_add(&faults, "drop", "offset=8");
	faults_add(&faults, "insert", "byte=0x55 offset=4");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	feed(REQUEST);
	assert_hex(out, drain_marked(&chain),
		   "303030 55 0200 0400 ff 008080 0a000000 01020304 aa");
	start_with("line-break", "offset=20");
	faults_add(&faults, "drop", "per=packet class=request");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	feed(REQUEST ACK);
	assert_hex(out, drain_marked(&chain), "ff" ACK);
}

static void test_stages_uart__more_than_it_can_remember_is_lost(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 2000, 1);
	unsigned marks = 0;

	(void)state;
	start_with("framing", "");
	for (unsigned i = 0; i < 6; i++)
		chain_feed(&chain, in, len, T0);
	assert_int_equal(faults.act_count, 6 * CHUNK_ERRORS);
	while (chain_peek(&chain, T0).len) {
		marks += chain_marked(&chain);
		chain_consume(&chain, chain_peek(&chain, T0).len);
	}
	assert_int_equal(marks, QUEUE_MARKS);
}

static void test_stages_uart__errors_are_kept_and_digested(void **state)
{
	struct keeper size = { 0 }, put, get;
	uint64_t before;
	uint8_t *at;

	(void)state;
	start_with("line-break", "offset=5");
	feed(REQUEST ACK);
	before = chain_digest(&chain, T0);
	chain_keep(&chain, &size);
	at = malloc(size.used);
	put = (struct keeper){ .at = at };
	chain_keep(&chain, &put);
	chain_init(&other, &faults.spec, TO_TARGET, 1, T0, NULL);
	get = (struct keeper){ .at = at, .restoring = true };
	chain_keep(&other, &get);
	free(at);
	assert_int_equal(other.queue.marks, 2);
	assert_true(chain_digest(&other, T0) == before);
	other.queue.mark[0]++;
	assert_false(chain_digest(&other, T0) == before);
}

static void put(struct sim_pipe *p, size_t len)
{
	struct kd_room room[2];

	assert_true(sim_pipe_reserve(p, 0, room) && room[0].len >= len);
	memset(room[0].at, 1, len);
	sim_pipe_commit(p, len, 0);
}

static void test_stages_uart__a_simulated_line_hands_errors_on(void **state)
{
	static struct sim_pipe p;
	uint64_t before;

	(void)state;
	sim_pipe_init(&p, 0, 0, SIM_PIPE_BYTES);
	assert_int_equal(sim_pipe_to_error(&p), 0);
	put(&p, 3);
	sim_pipe_mark(&p);
	before = sim_pipe_digest(&p, 0);
	put(&p, 3);
	sim_pipe_mark(&p);
	put(&p, 1);
	assert_int_equal(sim_pipe_to_error(&p), 3);
	assert_false(sim_pipe_take_error(&p));
	sim_pipe_consume(&p, 3);
	assert_true(sim_pipe_take_error(&p));
	assert_false(sim_pipe_take_error(&p));
	assert_int_equal(sim_pipe_to_error(&p), 3);
	sim_pipe_consume(&p, 4);
	assert_int_equal(p.marks, 0);
	sim_pipe_init(&p, 0, 0, SIM_PIPE_BYTES);
	put(&p, 3);
	assert_false(sim_pipe_digest(&p, 0) == before);
}

#define TEST(name) cmocka_unit_test(test_stages_uart__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(errors_are_where_they_belong),
		TEST(framing_garbles_its_byte),
		TEST(errors_move_with_their_bytes),
		TEST(more_than_it_can_remember_is_lost),
		TEST(errors_are_kept_and_digested),
		TEST(a_simulated_line_hands_errors_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
