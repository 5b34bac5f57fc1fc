/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/uart.h"

#define START UINT64_C(1000000)
#define PACKET 1024

/* A link, and the guest's end of its line. The test owns the time. */
struct line {
	struct link *link;
	int guest;
	uint64_t now;
	uint64_t next;
	struct err err;
};

static void line_open(struct line *l, uint64_t to_target, uint64_t to_debugger)
{
	const struct uart_link_config config = { to_target, to_debugger };

	*l = (struct line){ .now = START };
	assert_true(uart_link_open(&l->link, &config, &l->guest, &l->err));
}

static void line_close(struct line *l)
{
	close(l->guest);
	link_free(l->link);
}

/* Take what has arrived. */
static size_t take(struct line *l, uint8_t *to)
{
	struct kd_span in[2];
	unsigned count = link_peek(l->link, in);

	if (!count)
		return 0;
	memcpy(to, in[0].at, in[0].len);
	link_consume(l->link, in[0].len);
	return in[0].len;
}

/* Commit as many of 'len' bytes as there is room for. */
static size_t give(struct line *l, const uint8_t *from, size_t len)
{
	struct kd_room out[2];

	if (!len || !link_reserve(l->link, out))
		return 0;
	if (len > out[0].len)
		len = out[0].len;
	memcpy(out[0].at, from, len);
	link_commit(l->link, len);
	return len;
}

static void step(struct line *l)
{
	assert_true(link_step(l->link, l->now, &l->next, &l->err));
}

static void fill(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
}

/* The guest writes a packet: how long is it on the line? */
static uint64_t packet_to_debugger(struct line *l)
{
	uint8_t sent[PACKET];
	uint8_t got[PACKET];
	uint64_t start = l->now;
	size_t len = 0;

	fill(sent, PACKET);
	assert_int_equal(write(l->guest, sent, PACKET), PACKET);
	for (;;) {
		step(l);
		len += take(l, got + len);
		if (len == PACKET)
			break;
		if (l->next != UINT64_MAX)
			l->now = l->next;
	}
	assert_memory_equal(sent, got, PACKET);
	return l->now - start;
}

/* The other way: until the guest could read all of it. */
static uint64_t packet_to_target(struct line *l)
{
	uint8_t sent[PACKET];
	uint8_t got[PACKET];
	uint64_t start = l->now;
	size_t given = 0;
	size_t len = 0;

	fill(sent, PACKET);
	for (;;) {
		ssize_t n;

		given += give(l, sent + given, PACKET - given);
		step(l);
		n = recv(l->guest, got + len, PACKET - len, MSG_DONTWAIT);
		if (n > 0)
			len += (size_t)n;
		if (len == PACKET)
			break;
		if (l->next != UINT64_MAX)
			l->now = l->next;
	}
	assert_memory_equal(sent, got, PACKET);
	return l->now - start;
}

/* Within 2 per cent of ten bits a byte. */
static void assert_line_time(uint64_t took, uint64_t baud)
{
	uint64_t nominal = PACKET * UINT64_C(10000000000) / baud;

	assert_in_range(took, nominal * 98 / 100, nominal * 102 / 100);
}

static void test_uart_link__holds_the_rate_both_ways(void **state)
{
	static const uint64_t bauds[] = { 1200, 9600, 115200, 921600 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bauds); i++) {
		struct line l;

		line_open(&l, bauds[i], bauds[i]);
		for (unsigned k = 0; k < 3; k++) {
			assert_line_time(packet_to_debugger(&l), bauds[i]);
			l.now += 5000000;
			assert_line_time(packet_to_target(&l), bauds[i]);
			l.now += 5000000;
		}
		assert_int_equal(l.link->counts.bytes_in, 3 * PACKET);
		assert_int_equal(l.link->counts.bytes_out, 3 * PACKET);
		assert_int_equal(l.link->counts.lost_credit_bytes, 0);
		line_close(&l);
	}
}

static void test_uart_link__paces_each_way_by_itself(void **state)
{
	struct line l;

	(void)state;
	line_open(&l, 0, 9600);
	assert_line_time(packet_to_debugger(&l), 9600);
	assert_int_equal(packet_to_target(&l), 0);
	line_close(&l);
	line_open(&l, 9600, 0);
	assert_int_equal(packet_to_debugger(&l), 0);
	assert_line_time(packet_to_target(&l), 9600);
	line_close(&l);
}

/* Unpaced, 100 KiB take no time, and come whole through a 64 KiB buffer. */
static void test_uart_link__carries_everything_unpaced(void **state)
{
	struct line l;
	uint64_t took = 0;

	(void)state;
	line_open(&l, 0, 0);
	for (unsigned i = 0; i < 100; i++)
		took += packet_to_debugger(&l) + packet_to_target(&l);
	assert_int_equal(took, 0);
	assert_int_equal(l.next, UINT64_MAX);
	line_close(&l);
}

/* Bytes, written one by one as QEMU does, that an unread line swallows. */
static size_t swallowed(uint64_t baud)
{
	struct line l;
	size_t count = 0;

	line_open(&l, 0, baud);
	while (send(l.guest, "x", 1, MSG_DONTWAIT) == 1) {
		if (++count % 8 == 0)
			step(&l);
	}
	line_close(&l);
	return count;
}

static void test_uart_link__holds_up_a_guest_that_is_too_fast(void **state)
{
	(void)state;
	assert_in_range(swallowed(9600), 16, 64);
	assert_in_range(swallowed(115200), 16, 100);
	assert_in_range(swallowed(921600), 128, 700);
}

static void test_uart_link__accepts_no_more_than_a_fifo_ahead(void **state)
{
	uint8_t bytes[64] = { 0 };
	struct line l;

	(void)state;
	line_open(&l, 9600, 0);
	assert_int_equal(give(&l, bytes, sizeof(bytes)), 16);
	assert_int_equal(give(&l, bytes, sizeof(bytes)), 0);
	step(&l);
	l.now = l.next;
	step(&l);
	assert_int_equal(give(&l, bytes, sizeof(bytes)), 1);
	line_close(&l);
}

static void test_uart_link__stays_awake_for_a_step_not_taken(void **state)
{
	struct pollfd fds[LINK_FDS_MAX];
	struct line l;

	(void)state;
	line_open(&l, 9600, 9600);
	step(&l);
	assert_false(link_arm(l.link));
	assert_int_equal(link_fds(l.link, fds), 1);
	assert_int_equal(fds[0].events, POLLIN);
	give(&l, (const uint8_t *)"x", 1);
	assert_true(link_arm(l.link));
	step(&l);
	assert_false(link_arm(l.link));
	link_disarm(l.link);
	/* A byte on the line: its deadline wakes us, not the bytes behind it.
	 */
	assert_int_equal(write(l.guest, "yz", 2), 2);
	step(&l);
	assert_int_equal(link_fds(l.link, fds), 1);
	assert_int_equal(fds[0].events, 0);
	line_close(&l);
}

/* Another line, as silent as the first one was, and of the same speed. */
static void test_uart_link__is_replaced(void **state)
{
	struct line l;
	int guest = -1;

	(void)state;
	line_open(&l, 115200, 115200);
	assert_int_equal(write(l.guest, "stale", 5), 5);
	step(&l);
	assert_int_equal(give(&l, (const uint8_t *)"unsent", 6), 6);
	assert_true(link_renew(l.link, &guest, &l.err));
	close(l.guest);
	l.guest = guest;
	l.now += UINT64_C(1000000000);
	assert_line_time(packet_to_debugger(&l), 115200);
	assert_line_time(packet_to_target(&l), 115200);
	line_close(&l);
}

static void test_uart_link__tells_that_the_guest_is_gone(void **state)
{
	struct line l;

	(void)state;
	line_open(&l, 0, 0);
	close(l.guest);
	assert_false(link_step(l.link, l.now, &l.next, &l.err));
	assert_int_equal(l.err.kind, ERR_GUEST);
	link_free(l.link);

	line_open(&l, 0, 0);
	step(&l);
	give(&l, (const uint8_t *)"x", 1);
	close(l.guest);
	assert_false(link_step(l.link, l.now, &l.next, &l.err));
	assert_int_equal(l.err.kind, ERR_GUEST);
	link_free(l.link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uart_link__holds_the_rate_both_ways),
		cmocka_unit_test(test_uart_link__paces_each_way_by_itself),
		cmocka_unit_test(test_uart_link__carries_everything_unpaced),
		cmocka_unit_test(
			test_uart_link__holds_up_a_guest_that_is_too_fast),
		cmocka_unit_test(
			test_uart_link__accepts_no_more_than_a_fifo_ahead),
		cmocka_unit_test(
			test_uart_link__stays_awake_for_a_step_not_taken),
		cmocka_unit_test(test_uart_link__is_replaced),
		cmocka_unit_test(test_uart_link__tells_that_the_guest_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
