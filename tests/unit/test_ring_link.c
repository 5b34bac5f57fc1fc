/* SPDX-License-Identifier: MIT */
/* The ring link, with this test in the place of QEMU and the guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/ring.h"
#include "bench/ring/ring.h"

#define SIZE 4096

/* What an ivshmem device learns from its server. */
struct device {
	int socket;
	int memory_fd, to_host_fd, to_guest_fd;
	size_t len;
	uint8_t *memory;
	struct ring in, out;
};

struct fixture {
	struct link *link;
	struct device d;
	uint64_t next;
	struct err err;
};

/* One word of the server, and the descriptor that came with it or -1. */
static int64_t hear(int socket, int *fd)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	int64_t word = 0;
	struct iovec data = { &word, sizeof(word) };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.space) };

	assert_int_equal(recvmsg(socket, &message, MSG_DONTWAIT), sizeof(word));
	*fd = -1;
	if (CMSG_FIRSTHDR(&message))
		memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(*fd));
	return word;
}

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	struct device *d = &f->d;
	struct ring_area *area;
	struct stat stat;
	uint32_t size = 0;
	int fd;

	*state = f;
	assert_true(ring_link_open(&f->link, SIZE, LINK_STREAM, &d->socket,
				   &f->err));
	assert_int_equal(hear(d->socket, &fd), 0); /* version */
	assert_int_equal(fd, -1);
	assert_int_equal(hear(d->socket, &fd), 0); /* our id */
	assert_int_equal(fd, -1);
	assert_int_equal(hear(d->socket, &d->memory_fd), -1);
	assert_int_equal(hear(d->socket, &d->to_host_fd), 1);
	assert_int_equal(hear(d->socket, &d->to_guest_fd), 0);
	assert_int_equal(fstat(d->memory_fd, &stat), 0);
	d->len = (size_t)stat.st_size;
	assert_int_equal(d->len & (d->len - 1), 0);
	d->memory = mmap(NULL, d->len, PROT_READ | PROT_WRITE, MAP_SHARED,
			 d->memory_fd, 0);
	assert_true(d->memory != MAP_FAILED);
	area = (struct ring_area *)(void *)(d->memory + RING_AREA_OFFSET);
	assert_true(ring_check(area, d->len, &size));
	assert_int_equal(size, SIZE);
	ring_init(&d->in, area, size, RING_TO_GUEST);
	ring_init(&d->out, area, size, RING_TO_HOST);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	link_free(f->link);
	munmap(f->d.memory, f->d.len);
	close(f->d.memory_fd);
	close(f->d.to_host_fd);
	close(f->d.to_guest_fd);
	if (f->d.socket >= 0)
		close(f->d.socket);
	free(f);
	return 0;
}

static bool step(struct fixture *f)
{
	return link_step(f->link, 0, &f->next, &f->err);
}

/* Bytes from the guest; true if it should ring. */
static bool guest_says(struct fixture *f, const char *text)
{
	struct kd_room rooms[2];
	size_t len = strlen(text);

	assert_true(ring_look_as_writer(&f->d.out));
	assert_true(ring_reserve(&f->d.out, rooms));
	assert_true(len <= rooms[0].len);
	memcpy(rooms[0].at, text, len);
	return ring_commit(&f->d.out, (uint32_t)len);
}

static void assert_host_hears(struct fixture *f, const char *text)
{
	struct kd_span in[2];

	assert_true(step(f));
	assert_int_equal(link_peek(f->link, in), 1);
	assert_int_equal(in[0].len, strlen(text));
	assert_memory_equal(in[0].at, text, in[0].len);
	link_consume(f->link, in[0].len);
}

static void host_says(struct fixture *f, const char *text)
{
	struct kd_room out[2];

	assert_true(step(f));
	assert_true(link_reserve(f->link, out));
	memcpy(out[0].at, text, strlen(text));
	link_commit(f->link, strlen(text));
}

/* How often has the eventfd been rung since the last look? */
static uint64_t rings(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t count = 0;

	if (poll(&p, 1, 0) == 1)
		assert_int_equal(read(fd, &count, sizeof(count)),
				 sizeof(count));
	return count;
}

static void ring_bell(int fd)
{
	uint64_t one = 1;

	assert_int_equal(write(fd, &one, sizeof(one)), sizeof(one));
}

static void test_ring_link__carries_bytes_without_bells(void **state)
{
	struct fixture *f = *state;
	struct kd_span in[2];

	assert_false(guest_says(f, "hello"));
	assert_host_hears(f, "hello");
	assert_int_equal(f->next, UINT64_MAX);
	host_says(f, "b");
	assert_true(ring_look_as_reader(&f->d.in));
	assert_int_equal(ring_peek(&f->d.in, in), 1);
	assert_int_equal(in[0].at[0], 'b');
	assert_int_equal(rings(f->d.to_guest_fd), 0);
	assert_int_equal(f->link->counts.bytes_in, 5);
	assert_int_equal(f->link->counts.bytes_out, 1);
	assert_int_equal(f->link->counts.doorbells_out, 0);
}

static void test_ring_link__rings_for_a_sleeping_guest(void **state)
{
	struct fixture *f = *state;

	assert_false(ring_arm_reader(&f->d.in));
	host_says(f, "wake up");
	host_says(f, "now");
	assert_int_equal(rings(f->d.to_guest_fd), 1);
	assert_int_equal(f->link->counts.doorbells_out, 1);
}

static void test_ring_link__is_woken_when_it_sleeps(void **state)
{
	struct fixture *f = *state;
	struct pollfd fds[LINK_FDS_MAX];

	assert_false(link_arm(f->link));
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 0);
	assert_true(guest_says(f, "x"));
	ring_bell(f->d.to_host_fd);
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 1);
	link_disarm(f->link);
	assert_int_equal(f->link->counts.doorbells_in, 1);
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 0);
	assert_host_hears(f, "x");
}

/* Work that came since the last step is work; what was left lying is not. */
/* What was on its way is gone, and both ends start over. */
static void test_ring_link__is_emptied(void **state)
{
	struct fixture *f = *state;
	struct ring_area *area =
		(struct ring_area *)(void *)(f->d.memory + RING_AREA_OFFSET);
	uint32_t generation = area->generation;
	struct kd_span in[2];
	int none = 0;

	guest_says(f, "stale");
	host_says(f, "stale");
	assert_true(step(f));
	assert_true(link_renew(f->link, &none, &f->err));
	assert_int_equal(none, -1);
	assert_int_equal(area->generation, generation + 1);
	assert_true(step(f));
	assert_int_equal(link_peek(f->link, in), 0);
	assert_true(ring_join(&f->d.in, area, area->size, RING_TO_GUEST));
	assert_true(ring_join(&f->d.out, area, area->size, RING_TO_HOST));
	assert_int_equal(ring_filled(&f->d.in), 0);
	guest_says(f, "new");
	assert_host_hears(f, "new");
}

static void test_ring_link__sleeps_unless_something_is_new(void **state)
{
	struct fixture *f = *state;

	assert_true(step(f));
	guest_says(f, "x");
	assert_true(link_arm(f->link));
	link_disarm(f->link);
	assert_true(step(f));
	assert_false(link_arm(f->link));
	link_disarm(f->link);
	assert_false(guest_says(f, "y"));
}

static void test_ring_link__is_woken_for_room(void **state)
{
	struct fixture *f = *state;
	struct kd_room out[2];
	struct kd_span in[2];

	assert_true(step(f));
	assert_int_equal(link_reserve(f->link, out), 1);
	link_commit(f->link, SIZE);
	assert_int_equal(link_reserve(f->link, out), 0);
	assert_false(link_arm(f->link));
	assert_true(ring_look_as_reader(&f->d.in));
	assert_int_equal(ring_peek(&f->d.in, in), 1);
	assert_true(ring_consume(&f->d.in, 1));
	link_disarm(f->link);
	assert_true(step(f));
	assert_int_equal(link_reserve(f->link, out), 1);
	assert_int_equal(out[0].len, 1);
}

/* QEMU's end of the same eventfd may be blocking, and so is ours then. */
static void test_ring_link__never_blocks_on_a_bell(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fcntl(f->d.to_host_fd, F_SETFL, 0), 0);
	assert_false(link_arm(f->link));
	alarm(10);
	link_disarm(f->link);
	alarm(0);
	assert_int_equal(f->link->counts.doorbells_in, 0);
}

static void test_ring_link__refuses_impossible_indices(void **state)
{
	struct fixture *f = *state;

	f->d.out.shared->head.value = SIZE + 1;
	assert_false(step(f));
	assert_int_equal(f->err.kind, ERR_GUEST);
	assert_non_null(strstr(f->err.text, "0x1001"));
	f->d.out.shared->head.value = 0;
	f->err = (struct err){ 0 };
	assert_false(step(f));
}

/* QEMU ends while the link sleeps: it is woken, and the next step says so. */
static void assert_death_is_noticed(struct fixture *f)
{
	struct pollfd fds[LINK_FDS_MAX];

	assert_false(link_arm(f->link));
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 0);
	close(f->d.socket);
	f->d.socket = -1;
	assert_int_equal(poll(fds, link_fds(f->link, fds), 10000), 1);
	link_disarm(f->link);
	assert_false(step(f));
	assert_int_equal(f->err.kind, ERR_GUEST);
	/* And so does every one after it. */
	assert_false(step(f));
}

static void test_ring_link__notices_death_while_it_waits(void **state)
{
	struct fixture *f = *state;

	assert_true(step(f));
	assert_death_is_noticed(f);
}

static void test_ring_link__notices_death_while_it_lacks_room(void **state)
{
	struct fixture *f = *state;
	struct kd_room out[2];

	assert_true(step(f));
	assert_int_equal(link_reserve(f->link, out), 1);
	link_commit(f->link, out[0].len);
	assert_int_equal(link_reserve(f->link, out), 0);
	assert_death_is_noticed(f);
}

static void test_ring_link__notices_death_in_mid_packet(void **state)
{
	struct fixture *f = *state;
	struct kd_span in[2];

	guest_says(f, "0000 and then");
	assert_true(step(f));
	assert_int_equal(link_peek(f->link, in), 1);
	link_consume(f->link, 4);
	assert_true(step(f));
	assert_death_is_noticed(f);
}

/* An index that is wrong while the link lies down keeps it awake. */
static void test_ring_link__does_not_sleep_on_nonsense(void **state)
{
	struct fixture *f = *state;
	struct kd_room out[2];

	assert_true(step(f));
	assert_int_equal(link_reserve(f->link, out), 1);
	link_commit(f->link, SIZE);
	assert_int_equal(link_reserve(f->link, out), 0);
	f->d.in.shared->tail.value = SIZE + 1;
	assert_true(link_arm(f->link));
	link_disarm(f->link);
	assert_false(step(f));
	assert_non_null(strstr(f->err.text, "0x1001"));
}

#define RING_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(test_ring_link__carries_bytes_without_bells),
		RING_TEST(test_ring_link__rings_for_a_sleeping_guest),
		RING_TEST(test_ring_link__is_woken_when_it_sleeps),
		RING_TEST(test_ring_link__is_emptied),
		RING_TEST(test_ring_link__sleeps_unless_something_is_new),
		RING_TEST(test_ring_link__is_woken_for_room),
		RING_TEST(test_ring_link__never_blocks_on_a_bell),
		RING_TEST(test_ring_link__refuses_impossible_indices),
		RING_TEST(test_ring_link__notices_death_while_it_waits),
		RING_TEST(test_ring_link__notices_death_while_it_lacks_room),
		RING_TEST(test_ring_link__notices_death_in_mid_packet),
		RING_TEST(test_ring_link__does_not_sleep_on_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
