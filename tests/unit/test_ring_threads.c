/* SPDX-License-Identifier: MIT */
/*
 * The ring link with a guest in another thread that sends back what it gets,
 * over rings so small that they wrap, fill up and run dry all the time, both
 * ends asleep between. Also built for the thread sanitizer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/link/ring.h"
#include "bench/ring/ring.h"
#include "tests/support/ring_guest.h"

#define BYTES 60000
#define PATIENCE_MS 20000

struct guest {
	struct ring_guest g;
	bool lost; /* read once the thread has ended */
};

/* Send back what has come, as far as there is room. */
static size_t echo(struct ring_guest *g)
{
	struct kd_span in[2] = { { NULL, 0 } };
	struct kd_room out[2] = { { NULL, 0 } };
	size_t n;

	if (!ring_look_as_reader(&g->in) || !ring_look_as_writer(&g->out))
		return 0;
	(void)ring_peek(&g->in, in);
	(void)ring_reserve(&g->out, out);
	n = in[0].len < out[0].len ? in[0].len : out[0].len;
	if (!n)
		return 0;
	memcpy(out[0].at, in[0].at, n);
	ring_guest_rings(g, ring_consume(&g->in, (uint32_t)n));
	ring_guest_rings(g, ring_commit(&g->out, (uint32_t)n));
	return n;
}

static void *guest_run(void *arg)
{
	struct guest *g = arg;
	size_t done = 0;

	while (done < BYTES && !g->lost) {
		size_t n = echo(&g->g);

		done += n;
		if (!n)
			g->lost = !ring_guest_sleeps(
				&g->g, ring_filled(&g->g.in) != 0, PATIENCE_MS);
	}
	return NULL;
}

/* Byte i of all has the value i * 7. */
static size_t host_sends(struct link *l, size_t from)
{
	struct kd_room out[2];
	size_t n = 0;

	if (from == BYTES || !link_reserve(l, out))
		return 0;
	for (; n < out[0].len && from + n < BYTES; n++)
		out[0].at[n] = (uint8_t)((from + n) * 7);
	link_commit(l, n);
	return n;
}

static size_t host_hears(struct link *l, size_t from)
{
	struct kd_span in[2];

	if (!link_peek(l, in))
		return 0;
	for (size_t i = 0; i < in[0].len; i++)
		assert_int_equal(in[0].at[i], (uint8_t)((from + i) * 7));
	link_consume(l, in[0].len);
	return in[0].len;
}

static void host_sleeps(struct link *l)
{
	struct pollfd fds[LINK_FDS_MAX];

	if (!link_arm(l) && poll(fds, link_fds(l, fds), PATIENCE_MS) != 1)
		fail_msg("the host was not woken");
	link_disarm(l);
}

static void exchange(uint64_t size)
{
	struct guest g = { .lost = false };
	size_t sent = 0, heard = 0;
	struct err err = { 0 };
	struct link *l;
	pthread_t thread;
	uint64_t next;
	int socket;

	assert_true(ring_link_open(&l, size, LINK_STREAM, &socket, &err));
	ring_guest_open(&g.g, socket);
	assert_int_equal(pthread_create(&thread, NULL, guest_run, &g), 0);
	while (heard < BYTES) {
		size_t out, in;

		assert_true(link_step(l, 0, &next, &err));
		in = host_hears(l, heard);
		out = host_sends(l, sent);
		heard += in;
		sent += out;
		if (!in && !out)
			host_sleeps(l);
	}
	pthread_join(thread, NULL);
	assert_false(g.lost);
	ring_guest_close(&g.g);
	link_free(l);
}

static void test_ring_threads__pass_every_byte(void **state)
{
	static const uint64_t sizes[] = { 16, 64, 4096 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		exchange(sizes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_threads__pass_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
