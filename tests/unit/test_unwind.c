/* SPDX-License-Identifier: MIT */
/* Unwind data as Microsoft's compilers make it, and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/mem.h"
#include "bench/kd/unwind.h"
#include "bench/kd/wire.h"

#define SP UINT64_C(0x1000)

static struct kd_unwind with_sp(void)
{
	return (struct kd_unwind){ .registers = { [KD_RSP] = SP } };
}

static uint64_t saved(const struct kd_unwind *u, uint8_t reg)
{
	for (unsigned i = 0; i < u->saved_count; i++) {
		if (u->saved[i].reg == reg)
			return u->saved[i].at;
	}
	fail_msg("register %u is not saved", reg);
	return 0;
}

/* mov [rsp+8],rbx; push rdi; sub rsp,20h: the most usual one there is. */
static const uint8_t usual[] = { 0x01, 0x0a, 0x04, 0x00, 0x0a, 0x34,
				 0x06, 0x00, 0x0a, 0x32, 0x06, 0x70 };

static void test_unwind__finds_what_a_prologue_saved(void **state)
{
	struct kd_unwind u = with_sp();

	(void)state;
	assert_int_equal(kd_unwind_info_size(usual), sizeof(usual));
	assert_null(kd_unwind_begin(&u, usual, sizeof(usual), 100));
	assert_int_equal(u.saved_count, 2);
	assert_int_equal(saved(&u, KD_RDI), SP + 0x20);
	assert_int_equal(saved(&u, KD_RBX), SP + 0x30);
	assert_int_equal(u.return_at, SP + 0x28);
	assert_false(u.chained);
	kd_unwind_return(&u);
	assert_int_equal(u.registers[KD_RSP], SP + 0x30);
}

/* In mid-prologue only what has been done is undone. */
static void test_unwind__knows_prologues_that_are_not_done(void **state)
{
	static const struct {
		uint32_t offset;
		unsigned saved;
		uint64_t return_at;
	} stages[] = { { 0, 0, SP },
		       { 5, 0, SP },
		       { 6, 1, SP + 8 },
		       { 9, 1, SP + 8 },
		       { 10, 2, SP + 0x28 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stages); i++) {
		struct kd_unwind u = with_sp();

		assert_null(kd_unwind_begin(&u, usual, sizeof(usual),
					    stages[i].offset));
		assert_int_equal(u.saved_count, stages[i].saved);
		assert_int_equal(u.return_at, stages[i].return_at);
	}
}

/* push rbp; sub rsp,12340h; lea rbp,[rsp+20h]; with RSP anywhere by now. */
static void test_unwind__follows_the_frame_register(void **state)
{
	static const uint8_t info[] = { 0x01, 0x0d, 0x05, 0x25, 0x0d,
					0x03, 0x08, 0x11, 0x40, 0x23,
					0x01, 0x00, 0x01, 0x50 };
	struct kd_unwind u = with_sp();

	(void)state;
	u.registers[KD_RBP] = 0x80020;
	assert_null(kd_unwind_begin(&u, info, sizeof(info), 40));
	assert_int_equal(saved(&u, KD_RBP), 0x80000 + 0x12340);
	assert_int_equal(u.return_at, 0x80000 + 0x12340 + 8);
	/* Before the lea it is not set. */
	assert_null(kd_unwind_begin(&u, info, sizeof(info), 8));
	assert_int_equal(u.return_at, SP + 0x12340 + 8);
}

/* Saved far away, floating point in between, and a large allocation. */
static void test_unwind__takes_every_code(void **state)
{
	static const uint8_t info[] = {
		0x01, 0x20, 0x0a, 0x00,             /* 10 slots */
		0x20, 0x65, 0x88, 0x77, 0x01, 0x00, /* rsi at 0x17788 */
		0x18, 0x68, 0x04, 0x00,             /* xmm6 at 0x40 */
		0x12, 0x69, 0x00, 0x00, 0x02, 0x00, /* xmm6, far */
		0x07, 0x01, 0x00, 0x40,             /* 0x20000 bytes */
	};
	static const uint8_t machine[] = { 0x01, 0x00, 0x01, 0x00, 0x00, 0x1a };
	struct kd_unwind u = with_sp();

	(void)state;
	assert_null(kd_unwind_begin(&u, info, sizeof(info), 100));
	assert_int_equal(u.saved_count, 1);
	assert_int_equal(saved(&u, KD_RSI), SP + 0x17788);
	assert_int_equal(u.return_at, SP + 0x20000);
	/* A trap frame: RIP behind the error code, RSP three words further. */
	u = with_sp();
	assert_null(kd_unwind_begin(&u, machine, sizeof(machine), 0));
	assert_int_equal(u.return_at, SP + 8);
	assert_int_equal(saved(&u, KD_RSP), SP + 32);
	u.registers[KD_RSP] = 0x9000;
	kd_unwind_return(&u);
	assert_int_equal(u.registers[KD_RSP], 0x9000);
}

/* A piece of a function of which another piece has the prologue. */
static void test_unwind__goes_on_along_a_chain(void **state)
{
	static const uint8_t info[] = { 0x21, 0x05, 0x02, 0x00, 0x05, 0xe4,
					0x05, 0x00, /* r14 */
					0x00, 0x10, 0x00, 0x00, 0x80, 0x10,
					0x00, 0x00, 0x44, 0x33, 0x00, 0x00 };
	struct kd_unwind u = with_sp();

	(void)state;
	assert_null(kd_unwind_begin(&u, info, sizeof(info), 100));
	assert_true(u.chained);
	assert_int_equal(u.parent.begin, 0x1000);
	assert_int_equal(u.parent.end, 0x1080);
	assert_int_equal(u.parent.info, 0x3344);
	assert_null(kd_unwind_go_on(&u, usual, sizeof(usual)));
	assert_false(u.chained);
	assert_int_equal(u.saved_count, 3);
	assert_int_equal(saved(&u, 14), SP + 0x28);
	assert_int_equal(saved(&u, KD_RBX), SP + 0x30);
	assert_int_equal(u.return_at, SP + 0x28);
	/* Cut off before the parent. */
	assert_non_null(kd_unwind_begin(&u, info, sizeof(info) - 1, 100));
}

static void test_unwind__refuses_what_makes_no_sense(void **state)
{
	static const struct {
		uint8_t info[12];
		uint32_t len;
		const char *what;
	} wrong[] = {
		{ { 1, 0, 0, 0 }, 3, "out of bounds" },
		{ { 1, 9, 5, 0, 9, 2, 9, 2, 9, 2, 9, 2 }, 12, "out of bounds" },
		{ { 1, 9, 255, 0, 9, 2 }, 12, "out of bounds" },
		{ { 2, 9, 1, 0, 9, 2 }, 12, "another version" },
		{ { 1, 9, 1, 0, 9, 7 }, 12, "nobody knows" },
		{ { 1, 9, 1, 0, 9, 0x21 }, 12, "nobody knows" },
		{ { 1, 9, 1, 0, 9, 0x2a }, 12, "nobody knows" },
		{ { 1, 9, 1, 0, 9, 1 }, 12, "behind their end" },
		{ { 1, 9, 2, 0, 9, 5, 1, 0 }, 12, "behind their end" },
	};
	uint8_t pushes[4 + 2 * 17] = { 1, 0, 17, 0 };
	struct kd_unwind u = with_sp();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		const char *what =
			kd_unwind_begin(&u, wrong[i].info, wrong[i].len, 100);

		if (!what || !strstr(what, wrong[i].what))
			fail_msg("%zu: %s", i, what ? what : "taken");
	}
	/* There are not that many registers. */
	assert_string_equal(kd_unwind_begin(&u, pushes, sizeof(pushes), 0),
			    "more saved registers than there are");
}

static void test_unwind__knows_epilogues(void **state)
{
	static const struct {
		const char *code;
		uint32_t len;
		uint64_t return_at;
		unsigned saved;
	} epilogues[] = {
		{ "\x48\x83\xc4\x20\x5f\xc3", 6, SP + 0x28, 1 },
		{ "\x48\x81\xc4\x00\x02\x00\x00\x41\x5e\x5b\xf3\xc3", 12,
		  SP + 0x210, 2 },
		{ "\x5f\x5e\xc2\x08\x00", 5, SP + 0x10, 2 },
		{ "\xc3", 1, SP, 0 },
	};
	static const char *const others[] = { "\x90\xc3", "\x48\x83\xc4\x20",
					      "\x48\x83\xec\x20\xc3",
					      "\x48\x8d\x65\x10\xc3" };
	static const uint8_t framed[] = { 1, 0, 0, 0x25 };
	struct kd_unwind u;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(epilogues); i++) {
		u = with_sp();
		assert_true(kd_unwind_epilogue(
			&u, (const uint8_t *)epilogues[i].code,
			epilogues[i].len, usual));
		assert_int_equal(u.return_at, epilogues[i].return_at);
		assert_int_equal(u.saved_count, epilogues[i].saved);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		u = with_sp();
		assert_false(kd_unwind_epilogue(&u, (const uint8_t *)others[i],
						(uint32_t)strlen(others[i]),
						usual));
		assert_int_equal(u.registers[KD_RSP], SP);
	}
	/* lea rsp,[rbp+10h] ends a function that has its frame in RBP. */
	u = with_sp();
	u.registers[KD_RBP] = 0x5000;
	assert_true(kd_unwind_epilogue(
		&u, (const uint8_t *)"\x48\x8d\x65\x10\x5d\xc3", 6, framed));
	assert_int_equal(u.return_at, 0x5018);
	assert_int_equal(saved(&u, KD_RBP), 0x5010);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unwind__finds_what_a_prologue_saved),
		cmocka_unit_test(
			test_unwind__knows_prologues_that_are_not_done),
		cmocka_unit_test(test_unwind__follows_the_frame_register),
		cmocka_unit_test(test_unwind__takes_every_code),
		cmocka_unit_test(test_unwind__goes_on_along_a_chain),
		cmocka_unit_test(test_unwind__refuses_what_makes_no_sense),
		cmocka_unit_test(test_unwind__knows_epilogues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
