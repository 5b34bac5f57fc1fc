/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/ring/ring.h"
#include "tests/support/ring_pair.h"

#define SIZE 16

static void test_ring__is_empty_at_first(void **state)
{
	struct kd_span spans[2];
	struct kd_room rooms[2];
	struct pair p;

	(void)state;
	pair_init(&p, SIZE);
	assert_true(ring_look_as_reader(&p.reader));
	assert_int_equal(ring_peek(&p.reader, spans), 0);
	assert_int_equal(ring_reserve(&p.writer, rooms), 1);
	assert_int_equal(rooms[0].len, SIZE);
	pair_release(&p);
}

static void test_ring__is_full_after_its_size(void **state)
{
	struct kd_room rooms[2];
	struct pair p;
	bool wake;

	(void)state;
	pair_init(&p, SIZE);
	assert_int_equal(pair_put(&p.writer, 1, 99, &wake), SIZE);
	assert_true(ring_look_as_writer(&p.writer));
	assert_int_equal(ring_free(&p.writer), 0);
	assert_int_equal(ring_reserve(&p.writer, rooms), 0);
	assert_int_equal(pair_get(&p.reader, 1, &wake), SIZE);
	assert_true(ring_look_as_writer(&p.writer));
	assert_int_equal(ring_free(&p.writer), SIZE);
	pair_release(&p);
}

/* From every place, every length, and over the end of 32 bits. */
static void test_ring__keeps_order_over_every_seam(void **state)
{
	(void)state;
	for (uint32_t at = UINT32_MAX - SIZE; at != SIZE; at++) {
		for (uint32_t len = 0; len <= SIZE; len++) {
			struct pair p;
			bool wake;

			pair_init(&p, SIZE);
			pair_move(&p, at);
			assert_int_equal(pair_put(&p.writer, 7, len, &wake),
					 len);
			assert_int_equal(pair_get(&p.reader, 7, &wake), len);
			pair_release(&p);
		}
	}
}

/*
 * Let the peer write 'value' while 'filled' bytes are in a ring at 'at'. It
 * must be taken exactly if an honest peer could have written it, and else
 * change nothing but the verdict.
 */
static void check_index(uint32_t at, uint32_t filled, uint32_t value)
{
	struct kd_span spans[2];
	struct pair p;
	bool wake, honest;

	pair_init(&p, SIZE);
	pair_move(&p, at);
	pair_put(&p.writer, 0, filled, &wake);
	assert_true(ring_look_as_reader(&p.reader));

	p.area->to_host.head.value = value;
	honest = value - (at + filled) <= SIZE - filled;
	assert_int_equal(ring_look_as_reader(&p.reader), honest);
	assert_int_equal(p.reader.head, honest ? value : at + filled);
	assert_true(ring_filled(&p.reader) <= SIZE);
	for (unsigned i = ring_peek(&p.reader, spans); i; i--) {
		assert_true(spans[i - 1].at >= p.reader.data);
		assert_true(spans[i - 1].at + spans[i - 1].len <=
			    p.reader.data + SIZE);
	}

	p.area->to_host.tail.value = value;
	honest = value - at <= filled;
	assert_int_equal(ring_look_as_writer(&p.writer), honest);
	assert_int_equal(p.writer.tail, honest ? value : at);
	assert_true(ring_free(&p.writer) <= SIZE);
	if (!honest) {
		assert_int_equal(p.writer.bad, value);
		p.area->to_host.tail.value = at;
		assert_false(ring_look_as_writer(&p.writer));
	}
	pair_release(&p);
}

/*
 * All states of the ring, at the ends and in the middle of what an index can
 * be, against all values around it and everything that is near a power of two.
 */
static void test_ring__believes_only_possible_indices(void **state)
{
	static const uint32_t bases[] = { 0, 0x7ffffff0, 0xfffffff0 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bases) * SIZE; i++) {
		uint32_t at = bases[i / SIZE] + i % SIZE;

		for (uint32_t filled = 0; filled <= SIZE; filled++) {
			for (uint32_t off = 0; off <= 4 * SIZE; off++)
				check_index(at, filled, at - 2 * SIZE + off);
			for (unsigned bit = 4; bit < 32; bit++) {
				for (uint32_t off = 0; off < 3; off++)
					check_index(at, filled,
						    (UINT32_C(1) << bit) - 1 +
							    off);
			}
			for (uint64_t k = 0; k < 20; k++)
				check_index(at, filled,
					    (uint32_t)hash_u64(
						    hash_add(i, filled) + k));
		}
	}
}

/* What was looked at once stays, whatever the peer writes behind our back. */
static void test_ring__reads_an_index_once(void **state)
{
	struct kd_span before[2], after[2];
	struct pair p;
	bool wake;

	(void)state;
	pair_init(&p, SIZE);
	pair_put(&p.writer, 3, 5, &wake);
	assert_true(ring_look_as_reader(&p.reader));
	assert_int_equal(ring_peek(&p.reader, before), 1);
	p.area->to_host.head.value = 0x12345678;
	p.area->to_host.tail.value = 0x87654321;
	p.area->size = UINT32_MAX;
	assert_int_equal(ring_peek(&p.reader, after), 1);
	assert_memory_equal(before, after, sizeof(before[0]));
	ring_consume(&p.reader, 5);
	assert_int_equal(ring_filled(&p.reader), 0);
	assert_false(ring_look_as_reader(&p.reader));
	assert_int_equal(p.reader.bad, 0x12345678);
	pair_release(&p);
}

/* A machine that was reset goes on where its earlier life stood. */
static void test_ring__goes_on_where_an_earlier_life_left_it(void **state)
{
	static const uint32_t places[] = { 0, 5, UINT32_MAX - 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		struct pair p;
		bool wake;

		pair_init(&p, SIZE);
		pair_move(&p, places[i]);
		assert_int_equal(pair_put(&p.writer, 1, 7, &wake), 7);
		assert_true(ring_join(&p.reader, p.area, SIZE, RING_TO_HOST));
		assert_int_equal(pair_get(&p.reader, 1, &wake), 7);
		assert_int_equal(pair_put(&p.writer, 9, 3, &wake), 3);
		assert_true(ring_join(&p.writer, p.area, SIZE, RING_TO_HOST));
		assert_int_equal(ring_free(&p.writer), SIZE - 3);
		assert_int_equal(pair_put(&p.writer, 12, 2, &wake), 2);
		assert_int_equal(pair_get(&p.reader, 9, &wake), 5);
		p.area->to_host.head.value += SIZE + 1;
		assert_false(ring_join(&p.reader, p.area, SIZE, RING_TO_HOST));
		assert_int_equal(p.reader.bad, SIZE + 1);
		/* The host can start over, whatever is there. */
		ring_format(p.area, SIZE, 2);
		assert_true(ring_join(&p.reader, p.area, SIZE, RING_TO_HOST));
		assert_int_equal(ring_filled(&p.reader), 0);
		pair_release(&p);
	}
}

static void test_ring__refuses_an_area_that_does_not_fit(void **state)
{
	static const struct {
		uint32_t magic, version, size;
		size_t len;
		bool good;
	} cases[] = {
		{ RING_MAGIC, 1, 64, 1 << 20, true },
		{ RING_MAGIC, 1, 65536, 1 << 20, true },
		{ RING_MAGIC + 1, 1, 64, 1 << 20, false },
		{ RING_MAGIC, 2, 64, 1 << 20, false },
		{ RING_MAGIC, 1, 0, 1 << 20, false },
		{ RING_MAGIC, 1, 63, 1 << 20, false },
		{ RING_MAGIC, 1, 8, 1 << 20, false },
		{ RING_MAGIC, 1, 1 << 20, 1 << 20, false },
		{ RING_MAGIC, 1, UINT32_C(1) << 31, SIZE_MAX, false },
		{ RING_MAGIC, 1, 64, RING_AREA_OFFSET, false },
		{ RING_MAGIC, 1, 64, 0, false },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ring_area area = { .magic = cases[i].magic,
					  .version = cases[i].version,
					  .size = cases[i].size };
		uint32_t size = 0;

		if (ring_check(&area, cases[i].len, &size) != cases[i].good)
			fail_msg("wrong about area %u", i);
		assert_int_equal(size, cases[i].good ? cases[i].size : 0);
	}
}

/* Whatever size is claimed, the one that is used fits. */
static void test_ring__takes_no_size_that_does_not_fit(void **state)
{
	static const size_t lens[] = { 0, RING_AREA_OFFSET + RING_DATA_OFFSET,
				       1 << 19, 1 << 20 };
	struct ring_area area = { .magic = RING_MAGIC,
				  .version = RING_VERSION };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(lens); i++) {
		for (uint64_t claim = 0; claim <= UINT32_MAX;
		     claim += claim < 70000 ? 1 : claim / 7) {
			bool power = claim && (claim & (claim - 1)) == 0;
			bool fits = power && claim >= RING_SIZE_MIN &&
				    claim <= RING_SIZE_MAX &&
				    RING_AREA_OFFSET + RING_DATA_OFFSET +
						    2 * claim <=
					    lens[i];
			uint32_t size = 0;

			area.size = (uint32_t)claim;
			assert_int_equal(ring_check(&area, lens[i], &size),
					 fits);
			assert_int_equal(size, fits ? claim : 0);
		}
	}
}

static void test_ring__wakes_a_sleeper_once(void **state)
{
	struct pair p;
	bool wake;

	(void)state;
	pair_init(&p, SIZE);
	pair_put(&p.writer, 0, 1, &wake);
	assert_false(wake);
	pair_get(&p.reader, 0, &wake);
	assert_false(wake);

	assert_false(ring_arm_reader(&p.reader));
	pair_put(&p.writer, 0, 1, &wake);
	assert_true(wake);
	pair_put(&p.writer, 1, 1, &wake);
	assert_false(wake);
	assert_true(ring_arm_reader(&p.reader));
	ring_disarm_reader(&p.reader);
	pair_put(&p.writer, 2, SIZE, &wake);
	assert_false(wake);

	assert_false(ring_arm_writer(&p.writer));
	pair_get(&p.reader, 0, &wake);
	assert_true(wake);
	ring_disarm_writer(&p.writer);
	assert_true(ring_arm_writer(&p.writer));
	pair_release(&p);
}

static void test_ring__does_not_sleep_on_a_broken_ring(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, SIZE);
	p.area->to_host.head.value = SIZE + 1;
	assert_true(ring_arm_reader(&p.reader));
	p.area->to_host.tail.value = 1;
	assert_true(ring_arm_writer(&p.writer));
	pair_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring__is_empty_at_first),
		cmocka_unit_test(test_ring__is_full_after_its_size),
		cmocka_unit_test(test_ring__keeps_order_over_every_seam),
		cmocka_unit_test(test_ring__believes_only_possible_indices),
		cmocka_unit_test(test_ring__reads_an_index_once),
		cmocka_unit_test(
			test_ring__goes_on_where_an_earlier_life_left_it),
		cmocka_unit_test(test_ring__refuses_an_area_that_does_not_fit),
		cmocka_unit_test(test_ring__takes_no_size_that_does_not_fit),
		cmocka_unit_test(test_ring__wakes_a_sleeper_once),
		cmocka_unit_test(test_ring__does_not_sleep_on_a_broken_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
