/* SPDX-License-Identifier: MIT */
/* Two threads at the ends of a ring, each of which may sleep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench/base/hash.h"
#include "tests/support/ring_pair.h"

/* --- two threads that sleep --------------------------------------------------
 */

/* The thread sanitizer wants few rounds, and sees more in each. */
#ifdef __SANITIZE_THREAD__
#define ROUNDS(n) ((n) / 40)
#else
#define ROUNDS(n) (n)
#endif

#define STRESS_BYTES ROUNDS(400000)
#define STRESS_SIZE 64

struct stress {
	struct pair pair;
	int to_reader, to_writer; /* eventfds */
	_Atomic bool lost;        /* somebody was not woken within seconds */
};

static void bell(int fd, bool wake)
{
	uint64_t one = 1;

	if (wake)
		assert_int_equal(write(fd, &one, sizeof(one)), sizeof(one));
}

static bool await_bell(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&p, 1, 5000) == 1 &&
	       read(fd, &count, sizeof(count)) == sizeof(count);
}

static void *write_all(void *arg)
{
	struct stress *s = arg;
	struct ring *r = &s->pair.writer;
	uint32_t done = 0;
	bool wake;

	while (done < STRESS_BYTES && !s->lost) {
		uint32_t want = 1 + (uint32_t)(hash_u64(done) % STRESS_SIZE);

		if (want > STRESS_BYTES - done)
			want = STRESS_BYTES - done;
		done += pair_put(r, (uint8_t)done, want, &wake);
		bell(s->to_reader, wake);
		if (!ring_free(r)) {
			if (!ring_arm_writer(r) && !await_bell(s->to_writer))
				s->lost = true;
			ring_disarm_writer(r);
		}
	}
	return NULL;
}

static void test_ring_wakeup__is_never_lost(void **state)
{
	struct stress s = { .lost = false };
	struct ring *r = &s.pair.reader;
	uint32_t done = 0;
	pthread_t thread;
	bool wake;

	(void)state;
	pair_init(&s.pair, STRESS_SIZE);
	s.to_reader = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s.to_writer = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_int_equal(pthread_create(&thread, NULL, write_all, &s), 0);
	while (done < STRESS_BYTES && !s.lost) {
		uint32_t n = pair_get(r, (uint8_t)done, &wake);

		done += n;
		bell(s.to_writer, wake);
		if (n)
			continue;
		if (!ring_arm_reader(r) && !await_bell(s.to_reader))
			s.lost = true;
		ring_disarm_reader(r);
	}
	pthread_join(thread, NULL);
	assert_false(s.lost);
	assert_int_equal(done, STRESS_BYTES);
	close(s.to_reader);
	close(s.to_writer);
	pair_release(&s.pair);
}

/* --- two threads that meet
 * ----------------------------------------------------- */

#define MEETINGS ROUNDS(200000)

struct meeting {
	struct pair pair;
	_Atomic uint32_t round; /* set by the reader: go */
	_Atomic uint32_t done;  /* set by the writer */
	bool wake;              /* what the writer's commit said */
};

static void await(_Atomic uint32_t *what, uint32_t value)
{
	for (unsigned spins = 0; *what != value; spins++) {
		if (spins % 1024 == 1023)
			sched_yield();
	}
}

static void *commit_each_round(void *arg)
{
	struct meeting *m = arg;

	for (uint32_t i = 1; i <= MEETINGS; i++) {
		await(&m->round, i);
		m->wake = ring_commit(&m->pair.writer, 1);
		m->done = i;
	}
	return NULL;
}

/*
 * A byte is committed while the reader lies down to sleep: either the reader
 * sees the byte or the writer sees the sleeper. Without the barriers both look
 * away, some times in a million.
 */
static void test_ring_wakeup__is_seen_by_one_side_at_least(void **state)
{
	struct meeting m = { .wake = false };
	struct ring *r = &m.pair.reader;
	unsigned missed = 0;
	pthread_t thread;

	(void)state;
	pair_init(&m.pair, STRESS_SIZE);
	assert_int_equal(pthread_create(&thread, NULL, commit_each_round, &m),
			 0);
	for (uint32_t i = 1; i <= MEETINGS; i++) {
		bool work;

		m.round = i;
		for (volatile uint32_t k = 0; k < i % 64; k++)
			;
		work = ring_arm_reader(r);
		await(&m.done, i);
		missed += !work && !m.wake;
		ring_disarm_reader(r);
		assert_true(ring_look_as_reader(r));
		ring_consume(r, 1);
		/* The writer's copy of the tail is only for reserve(). */
		assert_true(ring_look_as_writer(&m.pair.writer));
	}
	pthread_join(thread, NULL);
	assert_int_equal(missed, 0);
	pair_release(&m.pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_wakeup__is_never_lost),
		cmocka_unit_test(
			test_ring_wakeup__is_seen_by_one_side_at_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
