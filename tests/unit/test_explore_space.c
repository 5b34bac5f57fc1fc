/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/space.h"

/* A break-in byte, an ACK of 16 bytes, and a request of 20. */
static void fill(struct reference *r)
{
	static const struct {
		uint8_t class;
		uint16_t length;
	} passed[] = { { CLASS_BREAKIN, 1 },
		       { CLASS_ACK, 16 },
		       { CLASS_REQUEST, 20 } };

	*r = (struct reference){ .count = ARRAY_SIZE(passed) };
	r->passages = mem_array(r->count, sizeof(*r->passages));
	for (size_t i = 0; i < r->count; i++) {
		r->passages[i].address.class = passed[i].class;
		r->passages[i].address.ordinal = 1;
		r->passages[i].length = passed[i].length;
	}
}

/* Every number is another act, each of a kind that was asked for. */
static void check_numbering(const struct space *s)
{
	for (uint64_t i = 0; i < s->count; i++) {
		struct act a, b;
		size_t at = space_passage(s, i);

		space_act(s, i, &a);
		assert_true(s->kinds >> a.kind & 1);
		assert_int_equal(a.address.class,
				 s->reference->passages[at].address.class);
		assert_true(a.offset == ACT_WHOLE ||
			    a.offset < s->reference->passages[at].length);
		for (uint64_t k = 0; k < i; k++) {
			space_act(s, k, &b);
			assert_false(a.kind == b.kind && a.value == b.value &&
				     a.offset == b.offset &&
				     a.address.class == b.address.class);
		}
	}
}

static void test_space__has_every_way_to_damage_a_byte(void **state)
{
	struct reference r;
	struct space s;

	(void)state;
	fill(&r);
	space_init(&s, &r, GRAIN_BYTE, ACT_KINDS_ALL, 9);
	/*
	 * Dropped, doubled, 8 bits, 4 bytes before it, delayed, cut off, hung
	 * up in two ways; and packets reordered, and 6 things before them.
	 */
	assert_int_equal(s.count, (1 + 16 + 20) * (1 + 1 + 8 + 4 + 1 + 1 + 2) +
					  3 * (1 + 6));
	check_numbering(&s);
	space_release(&s);
	space_init(&s, &r, GRAIN_BYTE, ACT_KINDS_BYTE, 9);
	assert_int_equal(s.count, (1 + 16 + 20) * (1 + 1 + 8 + 4));
	check_numbering(&s);
	space_release(&s);
	space_init(&s, &r, GRAIN_BYTE, 1u << ACT_FLIP, 9);
	assert_int_equal(s.count, (1 + 16 + 20) * 8);
	check_numbering(&s);
	space_release(&s);
	reference_release(&r);
}

static void test_space__has_every_way_to_damage_a_packet(void **state)
{
	struct reference r;
	struct space s;
	struct act act;

	(void)state;
	fill(&r);
	space_init(&s, &r, GRAIN_PACKET, ACT_KINDS_ALL, 9);
	/* ... reordered, cut off, hung up in two ways, 6 things before it. */
	assert_int_equal(s.count, (13 + 1) + (13 + 2) + (13 + 3));
	check_numbering(&s);
	space_release(&s);
	space_init(&s, &r, GRAIN_PACKET, ACT_KINDS_PACKET, 9);
	/* Dropped, doubled, delayed; a bit of type, id and payload. */
	assert_int_equal(s.count, (3 + 1) + (3 + 2) + (3 + 3));
	check_numbering(&s);
	space_act(&s, s.count - 1, &act);
	assert_int_equal(act.kind, ACT_DELAY);
	assert_int_equal(act.value, 9);
	space_release(&s);
	/* A packet has nothing to be put in front of. */
	space_init(&s, &r, GRAIN_PACKET, 1u << ACT_INSERT, 9);
	assert_int_equal(s.count, 0);
	space_release(&s);
	reference_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_space__has_every_way_to_damage_a_byte),
		cmocka_unit_test(test_space__has_every_way_to_damage_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
