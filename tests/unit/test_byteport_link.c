/* SPDX-License-Identifier: MIT */
/* The byteport link, with this test in the place of QEMU and the guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/byteport.h"
#include "bench/ring/slot.h"

struct fixture {
	struct link *link;
	uint64_t next;
	struct err err;

	/* What the device has learnt from its server. */
	int socket, memory_fd, to_host_fd, to_guest_fd;
	size_t len;
	void *memory;
	struct slot in, out;
};

/* The descriptor that came with one word of the server, or -1. */
static int hear(int socket)
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

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	struct slot_area *area;
	struct stat stat;

	*state = f;
	assert_true(byteport_link_open(&f->link, &f->socket, &f->err));
	assert_int_equal(hear(f->socket), -1);
	assert_int_equal(hear(f->socket), -1);
	f->memory_fd = hear(f->socket);
	f->to_host_fd = hear(f->socket);
	f->to_guest_fd = hear(f->socket);
	assert_int_equal(fstat(f->memory_fd, &stat), 0);
	f->len = (size_t)stat.st_size;
	f->memory = mmap(NULL, f->len, PROT_READ | PROT_WRITE, MAP_SHARED,
			 f->memory_fd, 0);
	assert_true(f->memory != MAP_FAILED);
	area = (struct slot_area *)(void *)((char *)f->memory +
					    RING_AREA_OFFSET);
	assert_true(slot_check(area, f->len));
	slot_init(&f->in, area, RING_TO_GUEST);
	slot_init(&f->out, area, RING_TO_HOST);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	link_free(f->link);
	munmap(f->memory, f->len);
	close(f->memory_fd);
	close(f->to_host_fd);
	close(f->to_guest_fd);
	if (f->socket >= 0)
		close(f->socket);
	free(f);
	return 0;
}

static bool step(struct fixture *f)
{
	return link_step(f->link, 0, &f->next, &f->err);
}

/* A byte from the guest, and its bell. */
static void guest_says(struct fixture *f, char byte)
{
	uint64_t one = 1;

	assert_true(slot_look_as_writer(&f->out));
	slot_put(&f->out, (uint8_t)byte);
	assert_int_equal(write(f->to_host_fd, &one, sizeof(one)), sizeof(one));
}

/* The guest fetches; *wake: it is to ring. */
static bool guest_hears(struct fixture *f, char byte, bool *wake)
{
	assert_true(slot_look_as_reader(&f->in));
	if (!slot_filled(&f->in))
		return false;
	assert_int_equal(slot_take(&f->in, wake), byte);
	return true;
}

static void host_says(struct fixture *f, const char *text)
{
	struct kd_room out[2];

	assert_int_equal(link_reserve(f->link, out), 1);
	assert_true(strlen(text) <= out[0].len);
	memcpy(out[0].at, text, strlen(text));
	link_commit(f->link, strlen(text));
}

static void test_byteport_link__carries_a_byte_a_step(void **state)
{
	struct fixture *f = *state;
	struct kd_span in[2];
	bool wake;

	host_says(f, "ab");
	guest_says(f, 'x');
	assert_true(step(f));
	assert_int_equal(f->next, UINT64_MAX);
	assert_true(guest_hears(f, 'a', &wake));
	assert_false(wake);
	assert_false(guest_hears(f, 'b', &wake));
	guest_says(f, 'y');
	assert_true(step(f));
	assert_true(guest_hears(f, 'b', &wake));
	assert_int_equal(link_peek(f->link, in), 1);
	assert_int_equal(in[0].len, 2);
	assert_memory_equal(in[0].at, "xy", 2);
	link_consume(f->link, 1);
	assert_int_equal(link_peek(f->link, in), 1);
	assert_int_equal(in[0].at[0], 'y');
	link_consume(f->link, 1);
	assert_int_equal(link_peek(f->link, in), 0);
	assert_int_equal(f->link->counts.bytes_in, 2);
	assert_int_equal(f->link->counts.bytes_out, 2);
	assert_int_equal(f->link->counts.doorbells_out, 0);
}

/* Nothing of it waits unseen for a guest that does not fetch. */
static void test_byteport_link__holds_little_for_the_guest(void **state)
{
	struct fixture *f = *state;
	struct kd_room out[2];
	size_t total = 0;

	for (unsigned i = 0; i < 1000; i++) {
		if (link_reserve(f->link, out)) {
			total += out[0].len;
			link_commit(f->link, out[0].len);
		}
		assert_true(step(f));
	}
	assert_in_range(total, 16, 128);
}

/* A guest whose bytes nobody consumes must stop; they are not lost. */
static void test_byteport_link__lets_the_guest_feel_a_full_buffer(void **state)
{
	struct fixture *f = *state;
	struct kd_span in[2];
	unsigned put = 0;

	for (unsigned i = 0; i < 10000; i++) {
		assert_true(slot_look_as_writer(&f->out));
		if (slot_free(&f->out))
			slot_put(&f->out, (uint8_t)put++);
		assert_true(step(f));
	}
	assert_in_range(put, 512, 9000);
	assert_false(slot_free(&f->out));
	assert_false(link_arm(f->link));
	link_disarm(f->link);
	assert_int_equal(link_peek(f->link, in), 1);
	assert_int_equal(in[0].len, put - 1);
	for (unsigned i = 0; i < put - 1; i++)
		assert_int_equal(in[0].at[i], (uint8_t)i);
}

static void test_byteport_link__is_woken_by_a_byte(void **state)
{
	struct fixture *f = *state;
	struct pollfd fds[LINK_FDS_MAX];
	struct kd_span in[2];

	assert_true(step(f));
	assert_false(link_arm(f->link));
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 0);
	guest_says(f, 'x');
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 1);
	link_disarm(f->link);
	assert_int_equal(f->link->counts.doorbells_in, 1);
	assert_int_equal(poll(fds, link_fds(f->link, fds), 0), 0);
	assert_true(link_arm(f->link));
	link_disarm(f->link);
	assert_true(step(f));
	assert_int_equal(link_peek(f->link, in), 1);
	assert_false(link_arm(f->link));
}

/* The guest's fetch wakes it only if it has something more to send. */
static void test_byteport_link__is_woken_for_room(void **state)
{
	struct fixture *f = *state;
	bool wake;

	host_says(f, "abc");
	assert_true(link_arm(f->link)); /* a step is due */
	link_disarm(f->link);
	assert_true(step(f));
	assert_false(link_arm(f->link));
	assert_true(guest_hears(f, 'a', &wake));
	assert_true(wake);
	link_disarm(f->link);
	assert_true(link_arm(f->link)); /* the slot is free */
	link_disarm(f->link);
	assert_true(step(f));
	assert_true(guest_hears(f, 'b', &wake));
	assert_false(wake);
	assert_true(step(f));
	assert_false(link_arm(f->link));
	assert_true(guest_hears(f, 'c', &wake));
	assert_false(wake);
}

static void test_byteport_link__refuses_impossible_words(void **state)
{
	struct fixture *f = *state;

	f->out.shared->word.value = 0xdeadbeef;
	assert_false(step(f));
	assert_int_equal(f->err.kind, ERR_GUEST);
	assert_non_null(strstr(f->err.text, "0xdeadbeef"));
	f->out.shared->word.value = 0;
	f->err = (struct err){ 0 };
	assert_false(step(f));
	assert_true(link_arm(f->link));
}

static void test_byteport_link__refuses_what_was_not_there(void **state)
{
	struct fixture *f = *state;

	host_says(f, "a");
	assert_true(step(f));
	f->in.shared->taken.value = 0x162; /* the right number, another byte */
	assert_false(step(f));
	assert_int_equal(f->err.kind, ERR_GUEST);
	assert_non_null(strstr(f->err.text, "0x162"));
	assert_non_null(strstr(f->err.text, "0x161"));
}

/* What it said last is heard. */
static void test_byteport_link__notices_that_the_guest_is_gone(void **state)
{
	struct fixture *f = *state;
	struct kd_span in[2];

	assert_true(step(f));
	guest_says(f, 'x');
	close(f->socket);
	f->socket = -1;
	link_disarm(f->link);
	assert_true(step(f));
	assert_int_equal(link_peek(f->link, in), 1);
	assert_false(step(f));
	assert_int_equal(f->err.kind, ERR_GUEST);
}

#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINK_TEST(test_byteport_link__carries_a_byte_a_step),
		LINK_TEST(test_byteport_link__holds_little_for_the_guest),
		LINK_TEST(
			test_byteport_link__lets_the_guest_feel_a_full_buffer),
		LINK_TEST(test_byteport_link__is_woken_by_a_byte),
		LINK_TEST(test_byteport_link__is_woken_for_room),
		LINK_TEST(test_byteport_link__refuses_impossible_words),
		LINK_TEST(test_byteport_link__refuses_what_was_not_there),
		LINK_TEST(test_byteport_link__notices_that_the_guest_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
