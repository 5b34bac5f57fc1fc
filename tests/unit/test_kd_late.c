/* SPDX-License-Identifier: MIT */
/* Replies whose data is fetched when they leave, into whatever room there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/machine.h"

static struct machine m;

/* Less than a header, a part of the packet, all but a byte of it, all of it. */
static const size_t rooms[] = { 1, 7, 16, 64, 104, 105, 1000, 8192 };

static void start(size_t room)
{
	machine_room = 64;
	machine_stop(&m);
	for (size_t i = 0; i < sizeof(m.memory); i++)
		m.memory[i] = (uint8_t)(i * 7 + (i >> 8));
	machine_room = room;
}

static void ask(uint64_t address, uint32_t count)
{
	const struct kd_manipulate r = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = address,
			      .count = count,
			      .actual = 0x55555555 },
	};

	machine_ask(&m, &r, NULL, 0);
}

/* The packet's sum and trailer are checked where it is heard. */
static void assert_reply(uint32_t status, uint64_t address, uint32_t len)
{
	struct kd_manipulate r;

	assert_int_equal(m.data_len, KD_MANIPULATE_SIZE + len);
	kd_manipulate_load(&r, m.data);
	assert_int_equal(r.status, status);
	assert_int_equal(r.u.memory.address, address);
	assert_int_equal(r.u.memory.actual, len);
	assert_memory_equal(m.data + KD_MANIPULATE_SIZE, m.memory + address,
			    len);
}

static void test_kd_late__any_room_gives_the_same_reply(void **state)
{
	static const uint32_t counts[] = { 0, 1, 16, 17, 1000, 3944 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(counts); k++) {
			uint64_t before;

			start(rooms[i]);
			before = m.t.x.counts.bytes_out;
			ask(0x21, counts[k]);
			assert_string_equal(m.said, "AD");
			assert_reply(KD_STATUS_SUCCESS, 0x21, counts[k]);
			assert_int_equal(m.t.x.counts.bytes_out - before,
					 2 * KD_HEADER_SIZE +
						 KD_MANIPULATE_SIZE +
						 counts[k] + 1);
		}
	}
}

static void test_kd_late__what_cannot_be_read_ends_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
		start(rooms[i]);
		ask(sizeof(m.memory) - 6, 100);
		assert_reply(KD_STATUS_UNSUCCESSFUL, sizeof(m.memory) - 6, 6);
	}
}

/* In whatever room the first one left, and in whatever room the copy leaves. */
static void test_kd_late__a_copy_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
		uint32_t id;

		start(rooms[i]);
		ask(0x100, 16);
		id = m.ids[1];
		for (unsigned copy = 0; copy < 3; copy++) {
			machine_forget(&m);
			machine_room = rooms[(i + copy) % ARRAY_SIZE(rooms)];
			machine_control(&m, KD_RESEND, 0);
			assert_string_equal(m.said, "D");
			assert_int_equal(m.ids[0], id);
			assert_reply(KD_STATUS_SUCCESS, 0x100, 16);
		}
	}
}

/* What comes next is no read, and must not be taken for one. */
static void test_kd_late__other_replies_follow(void **state)
{
	const struct kd_manipulate version = { .api = KD_API_GET_VERSION };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
		start(rooms[i]);
		ask(0x40, 32);
		(void)machine_answer(&m);
		machine_ask(&m, &version, NULL, 0);
		assert_int_equal(machine_answer(&m).api, KD_API_GET_VERSION);
		ask(0x80, 32);
		assert_reply(KD_STATUS_SUCCESS, 0x80, 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_late__any_room_gives_the_same_reply),
		cmocka_unit_test(test_kd_late__what_cannot_be_read_ends_it),
		cmocka_unit_test(test_kd_late__a_copy_is_whole),
		cmocka_unit_test(test_kd_late__other_replies_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
