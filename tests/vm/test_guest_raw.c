/* SPDX-License-Identifier: MIT */
/* The guest's workloads without KD: copy, and the raw line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/limit/raw.h"
#include "tests/support/vm_guest.h"

#define PATTERN 65536
#define SCRATCH 16384

static struct vm vm;
static bool summed; /* which raw line is open */

static void start(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = PATTERN;
	vm.guest.scratch_size = SCRATCH;
	if (!vm_connect(&vm) || !vm_find_kdbb(&vm, vm.block))
		fail_msg("no guest: %s", vm.err.text);
}

static uint8_t pattern_byte(uint64_t offset)
{
	return (uint8_t)(hash_pattern(vm.nonce, offset / 8) >>
			 (8 * (offset % 8)));
}

static uint64_t result(unsigned which)
{
	uint8_t mail[8];

	assert_true(vm_read(&vm,
			    vm_field(&vm, KDBB_MAILBOX) + KDBB_MAIL_RESULT0 +
				    8 * which,
			    mail, sizeof(mail)));
	return kd_load64(mail);
}

/* --- copy -------------------------------------------------------------------
 */

static void assert_scratch(uint64_t offset, uint64_t len, uint64_t from)
{
	uint8_t got[SCRATCH];

	assert_true(vm.launched->ops->peek(
		vm.launched, vm_field(&vm, KDBB_SCRATCH) + offset, got, len));
	for (uint64_t i = 0; i < len; i++) {
		if (got[i] != pattern_byte(from + i))
			fail_msg("byte %d", (int)i);
	}
}

static void test_guest_raw__copies(void **state)
{
	static const struct {
		uint64_t bytes, piece;
		uint64_t last, from; /* what is left in the scratch region */
	} cases[] = {
		{ 1000, 1000, 1000, 0 },
		{ PATTERN, 3944, SCRATCH, PATTERN - SCRATCH },
		/* From the start again, in both regions. */
		{ PATTERN + 4096, 3944, 4096, 0 },
		/* In one piece, as far as the regions go. */
		{ SCRATCH, UINT64_MAX, SCRATCH, 0 },
		{ 4096, 1, 4096, 0 },
	};

	(void)state;
	start(TRANSPORT_IVSHMEM);
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		vm_order(&vm, KDBB_COPY, cases[i].bytes, cases[i].piece, 0);
		vm_go(&vm, false);
		vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
		assert_int_equal(result(0), cases[i].bytes);
		assert_true(result(1) > 0);
		assert_scratch(0, cases[i].last, cases[i].from);
	}
	vm_stop(&vm);
}

static void test_guest_raw__copies_nothing_in_pieces_of_nothing(void **state)
{
	(void)state;
	start(TRANSPORT_IVSHMEM);
	vm_order(&vm, KDBB_COPY, 4096, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_int_equal(result(0), 0);
	vm_stop(&vm);
}

static void test_guest_raw__is_broken_into_while_it_copies(void **state)
{
	(void)state;
	start(TRANSPORT_IVSHMEM);
	vm_order(&vm, KDBB_COPY, UINT64_MAX, 3944, 0);
	vm_go(&vm, false);
	vm_break_in(&vm);
	/* A new order ends it. */
	vm_order(&vm, KDBB_SPIN, 2, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 2);
	vm_stop(&vm);
}

/* --- raw --------------------------------------------------------------------
 */

static void open_raw(void)
{
	vm_order(&vm, KDBB_RAW, summed ? KDBB_RAW_SUMMED : KDBB_RAW_PLAIN, 0,
		 0);
	vm_go(&vm, false);
	if (!raw_begin(vm.launched->link, &vm.err))
		fail_msg("raw: %s", vm.err.text);
}

static void get_raw(uint64_t address, uint32_t len, uint8_t *to)
{
	if (!raw_read(vm.launched->link, summed, address, len, to, &vm.err))
		fail_msg("raw: %s", vm.err.text);
}

/* The order is over, and KD is back on the same line. */
static void close_raw(uint64_t last_length, uint64_t answered)
{
	uint8_t word[8];

	assert_true(raw_request(vm.launched->link, 0, last_length, &vm.err));
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, answered);
	assert_int_equal(result(0), answered);
	assert_true(vm_read(&vm, vm_field(&vm, KDBB_PATTERN), word, 8));
	assert_int_equal(kd_load64(word), hash_pattern(vm.nonce, 0));
}

static void assert_raw(uint64_t offset, uint32_t len)
{
	uint8_t got[KD_DATA_MAX];

	get_raw(vm_field(&vm, KDBB_PATTERN) + offset, len, got);
	for (uint32_t i = 0; i < len; i++) {
		if (got[i] != pattern_byte(offset + i))
			fail_msg("byte %d of %d at %d", (int)i, (int)len,
				 (int)offset);
	}
}

/* Odd sizes and places; the ring's end comes by, too. */
static void read_about(void)
{
	static const uint32_t sizes[] = { 1, 7, 8, 63, 64, 65, 1000, 3944 };
	uint64_t answered = 0;

	open_raw();
	for (unsigned i = 0; i < 80; i++) {
		assert_raw(i * 37, sizes[i % ARRAY_SIZE(sizes)]);
		answered++;
	}
	close_raw(0, answered);
	/* And once more, after KD has used the line. */
	open_raw();
	assert_raw(3, 3944);
	close_raw(0, 1);
}

static void test_guest_raw__reads(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_IVSHMEM,
						     TRANSPORT_UART };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		start(kinds[i]);
		read_about();
		summed = true;
		read_about();
		summed = false;
		vm_stop(&vm);
	}
}

/* A length that no honest harness asks for ends it like none at all. */
static void test_guest_raw__ends_at_impossible_lengths(void **state)
{
	static const uint64_t lengths[] = { KD_DATA_MAX + 1, 1u << 31,
					    UINT64_C(1) << 32, UINT64_MAX };

	(void)state;
	start(TRANSPORT_IVSHMEM);
	for (unsigned i = 0; i < ARRAY_SIZE(lengths); i++) {
		open_raw();
		assert_raw(8 * i, 100);
		close_raw(lengths[i], 1);
	}
	vm_stop(&vm);
}

/* Memory that is not there is zero, up to the byte; the guest survives. */
static void test_guest_raw__reads_nothing_where_nothing_is(void **state)
{
	uint64_t end = 32 * UINT64_C(0x100000); /* of RAM */
	const struct {
		uint64_t address;
		uint32_t there;
	} cases[] = {
		{ end, 0 },
		{ end - 100, 100 },
		{ UINT64_C(0x800000000000), 0 }, /* not canonical */
		{ UINT64_MAX - 10, 0 },
		{ UINT64_C(0x123456789000), 0 },
	};
	uint8_t got[KD_DATA_MAX], want[KD_DATA_MAX];

	(void)state;
	start(TRANSPORT_IVSHMEM);
	open_raw();
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(got, 0x55, sizeof(got));
		memset(want, 0, sizeof(want));
		if (cases[i].there)
			assert_true(vm.launched->ops->peek(
				vm.launched, cases[i].address, want,
				cases[i].there));
		get_raw(cases[i].address, 1000, got);
		assert_memory_equal(got, want, 1000);
	}
	assert_raw(16, 3944);
	close_raw(0, ARRAY_SIZE(cases) + 1);
	vm_stop(&vm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guest_raw__copies),
		cmocka_unit_test(
			test_guest_raw__copies_nothing_in_pieces_of_nothing),
		cmocka_unit_test(
			test_guest_raw__is_broken_into_while_it_copies),
		cmocka_unit_test(test_guest_raw__reads),
		cmocka_unit_test(test_guest_raw__ends_at_impossible_lengths),
		cmocka_unit_test(
			test_guest_raw__reads_nothing_where_nothing_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
