/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/endpoint.h"
#include "bench/link/stream.h"

#define LOTS 300000

/* A link, and the far end of its stream. */
struct pair {
	struct link *link;
	int far;
	struct err err;
};

static void open_socket(struct pair *p)
{
	int ends[2];

	*p = (struct pair){ .far = -1 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	p->far = ends[1];
	assert_int_equal(fcntl(p->far, F_SETFL, O_NONBLOCK), 0);
	assert_true(stream_link_open(&p->link, ends[0], &p->err));
}

/* The far end is the master; the link has the terminal, as of a device. */
static void open_terminal(struct pair *p)
{
	struct endpoint_listener l;
	struct endpoint e;
	bool later;
	int fd;

	*p = (struct pair){ .far = -1 };
	assert_true(endpoint_parse(&e, "pty", &p->err));
	assert_true(endpoint_listen(&l, &e, &p->err));
	assert_true(endpoint_parse(&e, l.where, &p->err));
	assert_true(endpoint_connect(&e, 0, &fd, &later, &p->err));
	assert_true(endpoint_accept(&l, &p->far, &p->err));
	endpoint_close(&l);
	assert_true(stream_link_open(&p->link, fd, &p->err));
}

static void finish(struct pair *p)
{
	if (p->far >= 0)
		close(p->far);
	link_free(p->link);
}

static bool step(struct pair *p)
{
	uint64_t next = 0;
	bool ok = link_step(p->link, 1, &next, &p->err);

	if (ok)
		assert_true(next == UINT64_MAX);
	return ok;
}

static size_t give(struct pair *p, const uint8_t *from, size_t len)
{
	struct kd_room out[2];

	if (!len || !link_reserve(p->link, out))
		return 0;
	len = len < out[0].len ? len : out[0].len;
	memcpy(out[0].at, from, len);
	link_commit(p->link, len);
	return len;
}

static size_t take(struct pair *p, uint8_t *to, size_t max)
{
	struct kd_span in[2];

	if (!link_peek(p->link, in))
		return 0;
	max = max < in[0].len ? max : in[0].len;
	memcpy(to, in[0].at, max);
	link_consume(p->link, max);
	return max;
}

static uint8_t *numbers(size_t len)
{
	uint8_t *bytes = mem_alloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	return bytes;
}

static void assert_sends(struct pair *p)
{
	uint8_t *sent = numbers(LOTS), *got = mem_alloc(LOTS);
	size_t given = 0, arrived = 0;

	for (int i = 0; i < 1000000 && arrived < LOTS; i++) {
		ssize_t n;

		given += give(p, sent + given, LOTS - given);
		assert_true(step(p));
		n = read(p->far, got + arrived, LOTS - arrived);
		arrived += n > 0 ? (size_t)n : 0;
	}
	assert_int_equal(arrived, LOTS);
	assert_memory_equal(got, sent, LOTS);
	assert_int_equal(p->link->counts.bytes_out, LOTS);
	free(sent);
	free(got);
}

/* In small bites, so that the buffer fills and its bytes move. */
static void assert_receives(struct pair *p)
{
	uint8_t *sent = numbers(LOTS), *got = mem_alloc(LOTS);
	size_t written = 0, taken = 0;

	for (int i = 0; i < 1000000 && taken < LOTS; i++) {
		ssize_t n = write(p->far, sent + written, LOTS - written);

		written += n > 0 ? (size_t)n : 0;
		assert_true(step(p));
		taken += take(p, got + taken,
			      LOTS - taken < 999 ? LOTS - taken : 999);
	}
	assert_int_equal(taken, LOTS);
	assert_memory_equal(got, sent, LOTS);
	assert_int_equal(p->link->counts.bytes_in, LOTS);
	free(sent);
	free(got);
}

/* What came before the end is still delivered; then the end is an error. */
static void assert_ends(struct pair *p)
{
	uint8_t got[8];

	assert_int_equal(write(p->far, "last", 4), 4);
	for (int i = 0; i < 1000 && !take(p, got, sizeof(got)); i++) {
		assert_true(step(p));
		usleep(1000);
	}
	assert_memory_equal(got, "last", 4);
	close(p->far);
	p->far = -1;
	for (int i = 0; i < 1000 && step(p); i++)
		usleep(1000);
	assert_int_equal(p->err.kind, ERR_GUEST);
	assert_string_equal(p->err.text, "the target closed the connection");
}

static void test_stream__carries_both_ways(void **state)
{
	struct pair p;

	(void)state;
	open_socket(&p);
	assert_sends(&p);
	assert_receives(&p);
	finish(&p);
	open_terminal(&p);
	assert_sends(&p);
	assert_receives(&p);
	finish(&p);
}

static void test_stream__far_end_closes(void **state)
{
	struct pair p;

	(void)state;
	open_socket(&p);
	assert_ends(&p);
	finish(&p);
	open_terminal(&p);
	assert_ends(&p);
	finish(&p);
}

/* Somebody at the far end of a pty who goes away is EIO at the master. */
static void test_stream__user_of_a_pty_leaves(void **state)
{
	struct pair p = { .far = -1 };
	struct endpoint_listener l;
	struct endpoint e;
	bool later;
	int fd;

	(void)state;
	assert_true(endpoint_parse(&e, "pty", &p.err));
	assert_true(endpoint_listen(&l, &e, &p.err));
	assert_true(endpoint_parse(&e, l.where, &p.err));
	assert_true(endpoint_connect(&e, 0, &p.far, &later, &p.err));
	assert_true(endpoint_accept(&l, &fd, &p.err));
	assert_true(stream_link_open(&p.link, fd, &p.err));
	assert_ends(&p);
	finish(&p);
	endpoint_close(&l);
}

static void test_stream__a_write_notices_the_end_too(void **state)
{
	struct pair p;

	(void)state;
	open_socket(&p);
	close(p.far);
	p.far = -1;
	assert_int_equal(give(&p, (const uint8_t *)"x", 1), 1);
	assert_false(step(&p));
	assert_int_equal(p.err.kind, ERR_GUEST);
	finish(&p);
}

/* A far end that reads nothing stops us soon: what is hidden is not late. */
static void test_stream__little_waits_unseen(void **state)
{
	uint8_t bytes[64] = { 0 };
	struct pair p;
	size_t given = 0;

	(void)state;
	open_socket(&p);
	for (int i = 0; i < 1000; i++) {
		given += give(&p, bytes, sizeof(bytes));
		assert_true(step(&p));
	}
	assert_true(given >= 64);
	assert_true(given < 1024);
	finish(&p);
}

/* A pipe that is replaced begins empty, and the old one has ended. */
static void test_stream__is_replaced(void **state)
{
	struct pair p;
	uint8_t bytes[8];
	int old, far = -1;

	(void)state;
	open_socket(&p);
	old = p.far;
	assert_int_equal(write(old, "stale", 5), 5);
	assert_true(step(&p));
	assert_int_equal(give(&p, (const uint8_t *)"unsent", 6), 6);
	assert_true(link_renew(p.link, &far, &p.err));
	assert_int_equal(take(&p, bytes, 8), 0);
	assert_int_equal(read(old, bytes, 8), 0);
	assert_int_equal(write(far, "new", 3), 3);
	assert_true(step(&p));
	assert_int_equal(take(&p, bytes, 8), 3);
	assert_memory_equal(bytes, "new", 3);
	assert_int_equal(recv(far, bytes, 8, MSG_DONTWAIT), -1);
	assert_int_equal(write(far, "dropped", 7), 7);
	stream_link_discard(p.link);
	assert_true(step(&p));
	assert_int_equal(take(&p, bytes, 8), 0);
	close(far);
	finish(&p);
}

static void test_stream__waits_for_what_it_needs(void **state)
{
	struct pollfd fds[LINK_FDS_MAX];
	uint8_t *lots = numbers(4096);
	struct pair p;

	(void)state;
	open_socket(&p);
	assert_int_equal(link_fds(p.link, fds), 1);
	assert_int_equal(fds[0].events, POLLIN);
	assert_false(link_arm(p.link));
	link_disarm(p.link);
	/* Committed bytes are work at once, refused ones wait for room. */
	assert_true(give(&p, lots, 1));
	assert_true(link_arm(p.link));
	for (int i = 0; i < 100; i++) {
		(void)give(&p, lots, 4096);
		assert_true(step(&p));
	}
	assert_false(link_arm(p.link));
	assert_int_equal(link_fds(p.link, fds), 1);
	assert_int_equal(fds[0].events, POLLIN | POLLOUT);
	/* A full buffer asks for no more. */
	assert_int_equal(fcntl(p.far, F_SETFL, O_NONBLOCK), 0);
	for (int i = 0; i < 1000; i++) {
		(void)!write(p.far, lots, 4096);
		assert_true(step(&p));
	}
	assert_int_equal(link_fds(p.link, fds), 1);
	assert_int_equal(fds[0].events & POLLIN, 0);
	free(lots);
	finish(&p);
}

static void test_stream__refuses_what_is_no_stream(void **state)
{
	struct err err = { 0 };
	struct link *link;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_false(stream_link_open(&link, fd, &err));
	assert_int_equal(err.kind, ERR_HOST);
	/* It was taken over, and so closed. */
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream__carries_both_ways),
		cmocka_unit_test(test_stream__far_end_closes),
		cmocka_unit_test(test_stream__user_of_a_pty_leaves),
		cmocka_unit_test(test_stream__a_write_notices_the_end_too),
		cmocka_unit_test(test_stream__little_waits_unseen),
		cmocka_unit_test(test_stream__is_replaced),
		cmocka_unit_test(test_stream__waits_for_what_it_needs),
		cmocka_unit_test(test_stream__refuses_what_is_no_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
