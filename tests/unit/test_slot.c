/* SPDX-License-Identifier: MIT */
/* Slots of one byte: what is carried, what is believed, and two threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/ring/slot.h"

/* Both ends of one slot. */
struct pair {
	struct slot_area area;
	struct slot writer, reader;
};

static void pair_init(struct pair *p)
{
	memset(p, 0, sizeof(*p));
	slot_format(&p->area);
	slot_init(&p->writer, &p->area, RING_TO_HOST);
	slot_init(&p->reader, &p->area, RING_TO_HOST);
}

/* As if bytes up to the one of this word had passed. */
static void pair_move(struct pair *p, uint32_t word)
{
	p->writer.word = p->writer.taken = word;
	p->reader.word = p->reader.taken = word;
	p->area.to_host.word.value = p->area.to_host.taken.value = word;
}

static void put(struct pair *p, uint8_t byte)
{
	assert_true(slot_look_as_writer(&p->writer));
	assert_true(slot_free(&p->writer));
	slot_put(&p->writer, byte);
}

static bool take(struct pair *p, uint8_t byte)
{
	bool wake;

	assert_true(slot_look_as_reader(&p->reader));
	assert_true(slot_filled(&p->reader));
	assert_int_equal(slot_take(&p->reader, &wake), byte);
	return wake;
}

static void test_slot__carries_one_byte_at_a_time(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p);
	assert_true(slot_look_as_reader(&p.reader));
	assert_false(slot_filled(&p.reader));
	put(&p, 0);
	assert_true(slot_look_as_writer(&p.writer));
	assert_false(slot_free(&p.writer));
	assert_false(take(&p, 0));
	assert_true(slot_look_as_reader(&p.reader));
	assert_false(slot_filled(&p.reader));
	/* The same byte again is another byte. */
	put(&p, 0);
	assert_false(take(&p, 0));
}

static void test_slot__keeps_order_when_numbers_wrap(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p);
	pair_move(&p, 0xfffff042);
	for (unsigned i = 0; i < 64; i++) {
		put(&p, (uint8_t)(i * 7));
		take(&p, (uint8_t)(i * 7));
	}
	assert_int_equal(p.reader.word >> 8, 0xfffff0 + 64 - (1 << 24));
	assert_false(p.reader.broken || p.writer.broken);
}

/* --- what is believed ----------------------------------------------------- */

static void check_reader(uint32_t at, bool filled, uint32_t value)
{
	struct pair p;
	bool same, next;

	pair_init(&p);
	pair_move(&p, at);
	if (filled) {
		put(&p, 0x5a);
		assert_true(slot_look_as_reader(&p.reader));
		at = p.reader.word;
	}
	same = value == at;
	next = !filled && value >> 8 == ((at >> 8) + 1) % (1 << 24);
	p.area.to_host.word.value = value;
	assert_int_equal(slot_look_as_reader(&p.reader), same || next);
	assert_int_equal(slot_filled(&p.reader), filled || next);
	assert_int_equal(p.reader.word, next ? value : at);
	if (same || next)
		return;
	assert_int_equal(p.reader.bad, value);
	p.area.to_host.word.value = at;
	assert_false(slot_look_as_reader(&p.reader));
}

static void check_writer(uint32_t at, bool filled, uint32_t value)
{
	struct pair p;
	bool same, took;

	pair_init(&p);
	pair_move(&p, at);
	if (filled)
		put(&p, 0xa5);
	same = value == at;
	took = filled && value == p.writer.word;
	p.area.to_host.taken.value = value;
	assert_int_equal(slot_look_as_writer(&p.writer), same || took);
	assert_int_equal(slot_free(&p.writer), !filled || took);
	if (same || took)
		return;
	assert_int_equal(p.writer.bad, value);
	p.area.to_host.taken.value = at;
	assert_false(slot_look_as_writer(&p.writer));
	assert_true(slot_arm_writer(&p.writer));
}

static void check(uint32_t at, uint32_t value)
{
	for (unsigned filled = 0; filled < 2; filled++) {
		check_reader(at, filled, value);
		check_writer(at, filled, value);
	}
}

static void test_slot__believes_only_possible_words(void **state)
{
	static const uint32_t places[] = { 0,          0x100,      0x7fffff00,
					   0x800000ff, 0xfffffe00, 0xffffff00,
					   UINT32_MAX };
	static const uint32_t values[] = { 0, 0xff, 0xdeadbeef, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(places); i++) {
		/* Four numbers around it, with every byte. */
		for (uint32_t off = 0; off < 0x500; off++)
			check(places[i], places[i] - 0x200 + off);
		for (unsigned bit = 0; bit < 32; bit++)
			check(places[i], places[i] ^ UINT32_C(1) << bit);
		for (unsigned k = 0; k < ARRAY_SIZE(values); k++)
			check(places[i], values[k]);
		for (uint64_t k = 0; k < 2000; k++)
			check(places[i], (uint32_t)hash_add(k, i));
	}
}

/* What was looked at once stays, whatever is written behind our back. */
static void test_slot__reads_a_word_once(void **state)
{
	struct pair p;
	bool wake;

	(void)state;
	pair_init(&p);
	put(&p, 3);
	assert_true(slot_look_as_reader(&p.reader));
	p.area.to_host.word.value = 0x1ff;
	assert_int_equal(slot_take(&p.reader, &wake), 3);
	assert_int_equal(p.area.to_host.taken.value, 0x103);
	assert_false(slot_look_as_reader(&p.reader));
	assert_int_equal(p.reader.bad, 0x1ff);
}

/* A machine that was reset finds what it has not taken, and no more. */
static void test_slot__goes_on_where_an_earlier_life_left_it(void **state)
{
	struct pair p;
	struct slot other;

	(void)state;
	pair_init(&p);
	put(&p, 'a');
	take(&p, 'a');
	put(&p, 'b');
	assert_true(slot_join(&p.reader, &p.area, RING_TO_HOST));
	take(&p, 'b');
	assert_true(slot_join(&p.writer, &p.area, RING_TO_HOST));
	put(&p, 'c');
	take(&p, 'c');
	pair_move(&p, 0xffffff42); /* numbers wrap */
	put(&p, 'd');
	assert_true(slot_join(&p.reader, &p.area, RING_TO_HOST));
	take(&p, 'd');
	p.area.to_host.word.value += 0x200;
	assert_false(slot_join(&other, &p.area, RING_TO_HOST));
	assert_true(other.broken);
	/* The host can start over, whatever is there. */
	slot_format(&p.area);
	assert_true(slot_join(&other, &p.area, RING_TO_HOST));
	assert_true(slot_look_as_reader(&other));
	assert_false(slot_filled(&other));
}

static void test_slot__refuses_an_area_that_does_not_fit(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p);
	assert_true(slot_check(&p.area, SLOT_MEMORY_SIZE));
	assert_false(slot_check(&p.area, SLOT_MEMORY_SIZE - 1));
	assert_false(slot_check(&p.area, 0));
	p.area.version++;
	assert_false(slot_check(&p.area, SLOT_MEMORY_SIZE));
	p.area.version--;
	p.area.magic = RING_MAGIC;
	assert_false(slot_check(&p.area, SLOT_MEMORY_SIZE));
}

static void test_slot__wakes_a_sleeping_writer_once(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p);
	assert_true(slot_arm_writer(&p.writer));
	slot_disarm_writer(&p.writer);
	put(&p, 1);
	assert_false(slot_arm_writer(&p.writer));
	assert_true(take(&p, 1));
	put(&p, 2);
	assert_false(take(&p, 2));
	put(&p, 3);
	assert_false(slot_arm_writer(&p.writer));
	slot_disarm_writer(&p.writer);
	assert_false(take(&p, 3));
}

/* --- two threads ---------------------------------------------------------- */

#define BYTES (1 << 20)

/* Both ways at once: what comes back is what was sent. */
struct talk {
	struct slot_area area;
	struct slot there, back;         /* ends of this thread */
	struct slot far_there, far_back; /* ends of the other one */
	int taken;                       /* eventfd: 'there' may be put again */
	_Atomic bool lost;
};

static bool await_bell(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&p, 1, 5000) == 1 &&
	       read(fd, &count, sizeof(count)) == sizeof(count);
}

static void *echo(void *arg)
{
	struct talk *t = arg;
	uint64_t one = 1;
	bool wake;

	for (uint32_t i = 0; i < BYTES && !t->lost;) {
		if (!slot_look_as_reader(&t->far_there) ||
		    !slot_look_as_writer(&t->far_back)) {
			t->lost = true;
			break;
		}
		if (!slot_filled(&t->far_there) || !slot_free(&t->far_back)) {
			sched_yield();
			continue;
		}
		slot_put(&t->far_back, slot_take(&t->far_there, &wake));
		if (wake && write(t->taken, &one, sizeof(one)) != sizeof(one))
			t->lost = true;
		i++;
	}
	return NULL;
}

/*
 * Sleep, now and then, until the byte that was put is taken. The other thread
 * takes none while it waits for us.
 */
static void await_room(struct talk *t, uint32_t under_way, uint32_t i)
{
	if (under_way || hash_u64(i) % 16)
		return;
	if (!slot_arm_writer(&t->there) && !await_bell(t->taken))
		t->lost = true;
	slot_disarm_writer(&t->there);
}

static void test_slot__two_threads_exchange_a_mebibyte(void **state)
{
	static struct talk t;
	uint32_t sent = 0, got = 0;
	pthread_t thread;
	bool wake;

	(void)state;
	slot_format(&t.area);
	slot_init(&t.there, &t.area, RING_TO_GUEST);
	slot_init(&t.far_there, &t.area, RING_TO_GUEST);
	slot_init(&t.back, &t.area, RING_TO_HOST);
	slot_init(&t.far_back, &t.area, RING_TO_HOST);
	t.taken = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_int_equal(pthread_create(&thread, NULL, echo, &t), 0);
	while (got < BYTES && !t.lost) {
		assert_true(slot_look_as_writer(&t.there));
		assert_true(slot_look_as_reader(&t.back));
		if (slot_filled(&t.back)) {
			assert_int_equal(slot_take(&t.back, &wake),
					 (uint8_t)hash_u64(got));
			got++;
		} else if (slot_free(&t.there) && sent < BYTES) {
			slot_put(&t.there, (uint8_t)hash_u64(sent));
			await_room(&t, sent - got, sent);
			sent++;
		} else {
			sched_yield();
		}
	}
	pthread_join(thread, NULL);
	assert_false(t.lost);
	assert_int_equal(got, BYTES);
	close(t.taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slot__carries_one_byte_at_a_time),
		cmocka_unit_test(test_slot__keeps_order_when_numbers_wrap),
		cmocka_unit_test(test_slot__believes_only_possible_words),
		cmocka_unit_test(test_slot__reads_a_word_once),
		cmocka_unit_test(
			test_slot__goes_on_where_an_earlier_life_left_it),
		cmocka_unit_test(test_slot__refuses_an_area_that_does_not_fit),
		cmocka_unit_test(test_slot__wakes_a_sleeping_writer_once),
		cmocka_unit_test(test_slot__two_threads_exchange_a_mebibyte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
