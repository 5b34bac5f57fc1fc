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
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/ring.h"
#include "bench/ring/ring.h"

#define BYTES 60000
#define PATIENCE_MS 20000

struct guest {
	int socket, memory_fd, to_host_fd, to_guest_fd;
	void *memory;
	size_t len;
	struct ring in, out;
	bool lost; /* read once the thread has ended */
};

/* The descriptor that comes with the server's next word, if one does. */
static int receive(int socket)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	int64_t word;
	struct iovec data = { &word, sizeof(word) };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.space) };
	int fd = -1;

	assert_int_equal(recvmsg(socket, &message, MSG_DONTWAIT), sizeof(word));
	if (CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static void guest_open(struct guest *g)
{
	struct ring_area *area;
	struct stat stat;
	uint32_t size = 0;

	(void)receive(g->socket);
	(void)receive(g->socket);
	g->memory_fd = receive(g->socket);
	g->to_host_fd = receive(g->socket);
	g->to_guest_fd = receive(g->socket);
	assert_int_equal(fstat(g->memory_fd, &stat), 0);
	g->len = (size_t)stat.st_size;
	g->memory = mmap(NULL, g->len, PROT_READ | PROT_WRITE, MAP_SHARED,
			 g->memory_fd, 0);
	assert_true(g->memory != MAP_FAILED);
	area = (struct ring_area *)(void *)((char *)g->memory +
					    RING_AREA_OFFSET);
	assert_true(ring_check(area, g->len, &size));
	ring_init(&g->in, area, size, RING_TO_GUEST);
	ring_init(&g->out, area, size, RING_TO_HOST);
}

static void guest_close(struct guest *g)
{
	munmap(g->memory, g->len);
	close(g->socket);
	close(g->memory_fd);
	close(g->to_host_fd);
	close(g->to_guest_fd);
}

static void guest_rings(struct guest *g, bool host_sleeps)
{
	uint64_t one = 1;

	if (host_sleeps)
		(void)!write(g->to_host_fd, &one, sizeof(one));
}

/* Until bytes come or can be sent, whichever it lacks. */
static bool guest_sleeps(struct guest *g, bool for_room)
{
	struct pollfd p = { .fd = g->to_guest_fd, .events = POLLIN };
	uint64_t rings;
	bool ok = true;

	if (!(for_room ? ring_arm_writer(&g->out) : ring_arm_reader(&g->in)))
		ok = poll(&p, 1, PATIENCE_MS) == 1 &&
		     read(p.fd, &rings, sizeof(rings)) == sizeof(rings);
	if (for_room)
		ring_disarm_writer(&g->out);
	else
		ring_disarm_reader(&g->in);
	return ok;
}

/* Send back what has come, as far as there is room. */
static size_t echo(struct guest *g)
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
	guest_rings(g, ring_consume(&g->in, (uint32_t)n));
	guest_rings(g, ring_commit(&g->out, (uint32_t)n));
	return n;
}

static void *guest_run(void *arg)
{
	struct guest *g = arg;
	size_t done = 0;

	while (done < BYTES && !g->lost) {
		size_t n = echo(g);

		done += n;
		if (!n)
			g->lost = !guest_sleeps(g, ring_filled(&g->in) != 0);
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
	struct guest g = { .socket = -1 };
	size_t sent = 0, heard = 0;
	struct err err = { 0 };
	struct link *l;
	pthread_t thread;
	uint64_t next;

	assert_true(ring_link_open(&l, size, LINK_STREAM, &g.socket, &err));
	guest_open(&g);
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
	guest_close(&g);
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
