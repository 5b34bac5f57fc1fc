/* SPDX-License-Identifier: MIT */
/* The driver's end of a virtqueue, with this test as the device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/ring/vring.h"

static struct vring_shared shared;
static struct vring r;

static int setup(void **state)
{
	(void)state;
	memset(&shared, 0, sizeof(shared));
	vring_init(&r, &shared);
	return 0;
}

/* The device uses a buffer. */
static void use(uint32_t id, uint32_t len)
{
	shared.used.elements[shared.used.index % VRING_SIZE] =
		(struct vring_element){ id, len };
	shared.used.index++;
}

/* Would the device interrupt us if it used another buffer? */
static bool device_interrupts(void)
{
	return shared.available.used_event == shared.used.index;
}

static void assert_used(uint16_t id, uint32_t len)
{
	uint16_t got_id = 99;
	uint32_t got_len = 99;

	assert_int_equal(vring_look(&r, &got_id, &got_len), VRING_USED);
	assert_int_equal(got_id, id);
	assert_int_equal(got_len, len);
}

static void assert_nothing(void)
{
	uint16_t id;
	uint32_t len;

	assert_int_equal(vring_look(&r, &id, &len), VRING_NOTHING);
}

/* Broken, with this value, and for good. */
static void assert_broken(uint64_t bad)
{
	uint16_t id;
	uint32_t len;

	assert_int_equal(vring_look(&r, &id, &len), VRING_BROKEN);
	assert_true(r.bad == bad);
	memset(&shared.used, 0, sizeof(shared.used));
	shared.used.index = r.seen;
	assert_int_equal(vring_look(&r, &id, &len), VRING_BROKEN);
	assert_true(r.bad == bad);
}

static void test_vring__shows_the_device_what_is_offered(void **state)
{
	(void)state;
	vring_offer(&r, 3, 0x1122334455, 100, true);
	vring_offer(&r, 5, 0x66, 7, false);
	assert_int_equal(shared.available.index, 0);
	assert_true(vring_publish(&r));
	assert_int_equal(shared.available.index, 2);
	assert_int_equal(shared.available.ids[0], 3);
	assert_int_equal(shared.available.ids[1], 5);
	assert_true(shared.descriptors[3].address == 0x1122334455);
	assert_int_equal(shared.descriptors[3].len, 100);
	assert_int_equal(shared.descriptors[3].flags, VRING_DEVICE_WRITES);
	assert_true(shared.descriptors[5].address == 0x66);
	assert_int_equal(shared.descriptors[5].flags, 0);
}

/* One that has buffers left is left alone; over the end of 16 bits, too. */
static void test_vring__kicks_a_device_that_wants_it(void **state)
{
	(void)state;
	vring_offer(&r, 0, 0, 8, true);
	vring_offer(&r, 1, 0, 8, true);
	assert_true(vring_publish(&r));
	for (uint32_t i = 0; i < 70000; i++) {
		/* It has taken one of two, and then the other one. */
		shared.used.available_event = (uint16_t)(i + 1 + i % 2);
		use(i % 2, 1);
		assert_used(i % 2, 1);
		vring_offer(&r, i % 2, 0, 8, true);
		assert_int_equal(vring_publish(&r), i % 2);
	}
	assert_false(vring_publish(&r));
}

/* In any order, and over the end of 16 bits. */
static void test_vring__takes_buffers_back(void **state)
{
	(void)state;
	assert_nothing();
	for (uint32_t i = 0; i < 70000; i++) {
		uint16_t a = (uint16_t)(i % VRING_SIZE);
		uint16_t b = (uint16_t)((i + 1) % VRING_SIZE);

		vring_offer(&r, a, 0, 64, true);
		vring_offer(&r, b, 0, 64, false);
		(void)vring_publish(&r);
		assert_nothing();
		use(b, 0);
		use(a, i % 65);
		assert_used(b, 0);
		assert_used(a, i % 65);
		assert_nothing();
	}
}

static void test_vring__holds_as_many_as_there_are(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < VRING_SIZE; i++)
		vring_offer(&r, i, i, 8, true);
	(void)vring_publish(&r);
	for (uint16_t i = 0; i < VRING_SIZE; i++)
		use(i, i % 9);
	for (uint16_t i = 0; i < VRING_SIZE; i++)
		assert_used(i, i % 9);
	assert_nothing();
}

static void test_vring__sleeps_unless_something_is_back(void **state)
{
	(void)state;
	vring_offer(&r, 0, 0, 8, true);
	(void)vring_publish(&r);
	assert_false(device_interrupts());
	assert_false(vring_arm(&r));
	assert_true(device_interrupts());
	vring_disarm(&r);
	assert_false(device_interrupts());
	use(0, 1);
	assert_true(vring_arm(&r));
	vring_disarm(&r);
	assert_used(0, 1);
	assert_false(device_interrupts());
	assert_false(vring_arm(&r));
	assert_true(device_interrupts());
}

/* --- a device that lies --------------------------------------------------- */

/* Two of the buffers are with the device, one way each. */
static void offer_two(void)
{
	vring_offer(&r, 2, 0, 100, true);
	vring_offer(&r, 4, 0, 100, false);
	(void)vring_publish(&r);
}

static void test_vring__refuses_an_index_that_cannot_be(void **state)
{
	for (uint32_t index = 0; index <= UINT16_MAX; index++) {
		uint16_t id;
		uint32_t len;

		(void)setup(state);
		offer_two();
		shared.used.elements[0].id = 2;
		shared.used.index = (uint16_t)index;
		if (index == 0) {
			assert_nothing();
		} else if (index <= 2) {
			assert_int_equal(vring_look(&r, &id, &len), VRING_USED);
		} else {
			assert_broken(index);
		}
	}
}

/* Unpublished, or used before: the device cannot have those. */
static void test_vring__refuses_buffers_it_cannot_have(void **state)
{
	static const uint32_t ids[] = {
		0, 1, 3, 5, 15, 16, 17, 0x10002, INT32_MAX, UINT32_MAX
	};

	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
		(void)setup(state);
		offer_two();
		use(ids[i], 0);
		assert_broken(ids[i]);
	}
	(void)setup(state);
	offer_two();
	use(2, 0);
	use(2, 0);
	assert_used(2, 0);
	assert_broken(2);
}

static void test_vring__refuses_more_than_there_is_room_for(void **state)
{
	static const uint32_t lens[] = { 101, 0x80000000, UINT32_MAX };

	for (unsigned i = 0; i < ARRAY_SIZE(lens); i++) {
		(void)setup(state);
		offer_two();
		use(2, lens[i]);
		assert_broken(lens[i]);
	}
	/* What it was to read it cannot have written to. */
	(void)setup(state);
	offer_two();
	use(4, 1);
	assert_broken(1);
}

/* Whatever it writes: a buffer comes back once, and never too long. */
static void test_vring__survives_noise(void **state)
{
	for (uint64_t seed = 0; seed < 20000; seed++) {
		bool mine[VRING_SIZE] = { false };
		uint16_t id;
		uint32_t len;

		(void)setup(state);
		for (uint16_t i = 0; i < 8; i++)
			vring_offer(&r, i, 0, 50u * i, true);
		(void)vring_publish(&r);
		for (unsigned i = 0; i < VRING_SIZE; i++) {
			uint64_t h = hash_add(seed, i);

			shared.used.elements[i] = (struct vring_element){
				(uint32_t)(h % 10), (uint32_t)(h >> 32) % 400
			};
		}
		shared.used.index = (uint16_t)(hash_u64(seed) % 12);
		while (vring_look(&r, &id, &len) == VRING_USED) {
			assert_true(id < 8 && !mine[id] && len <= 50u * id);
			mine[id] = true;
		}
	}
}

#define VRING_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VRING_TEST(test_vring__shows_the_device_what_is_offered),
		VRING_TEST(test_vring__kicks_a_device_that_wants_it),
		VRING_TEST(test_vring__takes_buffers_back),
		VRING_TEST(test_vring__holds_as_many_as_there_are),
		VRING_TEST(test_vring__sleeps_unless_something_is_back),
		VRING_TEST(test_vring__refuses_an_index_that_cannot_be),
		VRING_TEST(test_vring__refuses_buffers_it_cannot_have),
		VRING_TEST(test_vring__refuses_more_than_there_is_room_for),
		VRING_TEST(test_vring__survives_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
