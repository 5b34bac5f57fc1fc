/* SPDX-License-Identifier: MIT */
/* Physical reads out of mapped RAM: what is RAM, and what a session makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/launch/ram.h"
#include "bench/session/session.h"

#define MIB UINT64_C(0x100000)
#define RAM_SIZE 65536
#define PATTERN 0x4000 /* where it is in the RAM */
#define PATTERN_SIZE 32768
#define CHUNK 12000

static void test_ram_extent__ends_where_ram_ends(void **state)
{
	static const struct {
		uint64_t address, len, size, want;
	} cases[] = {
		{ 0, 4096, 32 * MIB, 4096 },
		{ MIB, 31 * MIB, 32 * MIB, 31 * MIB },
		{ MIB, 31 * MIB + 1, 32 * MIB, 31 * MIB },
		{ 32 * MIB - 1, 1, 32 * MIB, 1 },
		{ 32 * MIB, 1, 32 * MIB, 0 },
		{ 0xfee00000, 4, 32 * MIB, 0 }, /* the APIC */
		{ UINT64_MAX, 16, 32 * MIB, 0 },
		{ UINT64_MAX - 15, SIZE_MAX, 32 * MIB, 0 },
		{ 5, SIZE_MAX, 32 * MIB, 0xa0000 - 5 },
		{ 0x9ffff, 2, 32 * MIB, 1 },
		{ 0xa0000, 1, 32 * MIB, 0 },
		{ 0xfffff, 1, 32 * MIB, 0 },
		{ 0x100000, 1, 32 * MIB, 1 },
		{ 0x8000, 0x10000, 0x10000, 0x8000 },
		{ 0x200000, 1, 0x100000, 0 },
		{ 0, 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(ram_extent(cases[i].address,
					    (size_t)cases[i].len,
					    cases[i].size),
				 cases[i].want);
}

/* --- a session whose target is a piece of memory ----------------------------
 */

struct fixture {
	uint8_t ram[RAM_SIZE];
	uint8_t buffer[CHUNK];
	struct step step;
	struct think think;
	struct session_config config;
	struct step_record record;
	struct kd_debugger d;
	struct session s;
	uint64_t now;
	unsigned looks;
};

static struct fixture f;

static size_t give(void *env, uint64_t address, size_t len, const uint8_t **at)
{
	assert_ptr_equal(env, &f);
	f.looks++;
	if (address >= RAM_SIZE)
		return 0;
	*at = f.ram + address;
	return len < RAM_SIZE - address ? len : RAM_SIZE - address;
}

/* One read-physical of 'size' bytes on a stopped target. */
static void set_up(uint64_t size)
{
	static const struct kd_debugger_profile profile = { .retries = 1 };

	memset(&f, 0, sizeof(f));
	for (uint64_t i = 0; i < PATTERN_SIZE / 8; i++) {
		uint64_t word = hash_pattern(7, i);

		memcpy(f.ram + PATTERN + 8 * i, &word, 8);
	}
	f.step = (struct step){ .kind = STEP_READ_PHYSICAL,
				.name = "read",
				.size = size,
				.region = REGION_PATTERN,
				.chunk = KD_DATA_MAX,
				.verify = true };
	f.config = (struct session_config){ .steps = &f.step,
					    .step_count = 1,
					    .think = &f.think,
					    .ram = give,
					    .direct = f.buffer,
					    .direct_chunk = CHUNK,
					    .env = &f };
	kd_debugger_init(&f.d, &profile);
	f.now = 1000;
	session_init(&f.s, &f.config, &f.d, &f.record, f.now);
	f.s.running = false;
	f.s.target = (struct session_target){ .known = true,
					      .pattern = PATTERN,
					      .pattern_size = PATTERN_SIZE };
	f.s.pattern = f.ram + PATTERN;
}

/* Let it go on as long as something is due, each time 10 ns later. */
static void run(void)
{
	session_start(&f.s, f.now);
	for (unsigned i = 0; i < 10000 && !f.s.done; i++) {
		if (session_deadline(&f.s) == KD_NEVER)
			return;
		if (session_deadline(&f.s) > f.now)
			f.now = session_deadline(&f.s);
		f.now += 10;
		session_time(&f.s, f.now);
	}
}

static void test_direct__reads_without_a_word(void **state)
{
	(void)state;
	set_up(100000);
	run();
	assert_int_equal(f.s.verdict, VERDICT_COMPLETED);
	assert_int_equal(f.record.payload_bytes, 100000);
	assert_int_equal(f.record.wire_bytes, 0);
	/* 12000 at 0, 12000 and at 0 again, since 32768 are no multiple. */
	assert_int_equal(f.record.ops, 9);
	assert_int_equal(f.record.wall_ns, 9 * 10);
	assert_int_equal(f.record.latency.n, 9);
	assert_int_equal(f.record.latency.max, 10);
	assert_int_equal(f.looks, 9);
	assert_false(kd_exchange_pending(&f.d.x));
	/* The last operation took only what was left. */
	assert_memory_equal(f.buffer, f.ram + PATTERN, 100000 - 8 * CHUNK);
}

static void test_direct__a_wrong_byte_is_corrupt(void **state)
{
	static uint8_t right[PATTERN_SIZE];

	(void)state;
	set_up(100000);
	memcpy(right, f.ram + PATTERN, sizeof(right));
	f.s.pattern = right;
	f.ram[PATTERN + 12345] ^= 4;
	run();
	assert_int_equal(f.s.verdict, VERDICT_CORRUPT);
	assert_non_null(strstr(f.s.detail, "byte 0x7039"));
	assert_int_equal(f.record.payload_bytes, CHUNK);
	/* Nobody looks: delivered all the same. */
	set_up(100000);
	f.s.pattern = right;
	f.ram[PATTERN + 12345] ^= 4;
	f.step.verify = false;
	run();
	assert_int_equal(f.s.verdict, VERDICT_COMPLETED);
}

static void test_direct__what_is_no_ram_is_refused(void **state)
{
	static const struct {
		uint64_t address;
		const char *named;
	} cases[] = {
		{ RAM_SIZE, "0x10000 is not in" },
		{ RAM_SIZE - 100, "0x10000 is not in" },
		{ UINT64_MAX - 100, "0xffffffffffffff9b is not in" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set_up(1000);
		f.step.region = REGION_NONE;
		f.step.address = cases[i].address;
		run();
		assert_int_equal(f.s.verdict, VERDICT_GAVE_UP);
		assert_non_null(strstr(f.s.detail, "0xc0000001"));
		assert_non_null(strstr(f.s.detail, cases[i].named));
		assert_int_equal(f.record.payload_bytes, 0);
	}
}

/* Its own think time lies between operations, and is part of none. */
static void test_direct__the_debugger_thinks(void **state)
{
	(void)state;
	set_up(3 * CHUNK);
	f.think = (struct think){ .kind = THINK_FIXED, .gap_ns = 5000 };
	run();
	assert_int_equal(f.s.verdict, VERDICT_COMPLETED);
	assert_int_equal(f.record.latency.max, 10);
	assert_true(f.record.wall_ns >= 3 * 5000);
}

/* Virtual memory, and a target that runs, are not for us to look at. */
static void test_direct__asks_for_the_rest(void **state)
{
	(void)state;
	set_up(1000);
	f.step.kind = STEP_READ_MEMORY;
	session_start(&f.s, f.now);
	assert_int_equal(f.looks, 0);
	set_up(1000);
	f.s.running = true;
	session_start(&f.s, f.now);
	assert_int_equal(f.looks, 0);
	assert_int_equal(f.s.verdict, VERDICT_ERROR);
	assert_non_null(strstr(f.s.detail, "needs a stopped target"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ram_extent__ends_where_ram_ends),
		cmocka_unit_test(test_direct__reads_without_a_word),
		cmocka_unit_test(test_direct__a_wrong_byte_is_corrupt),
		cmocka_unit_test(test_direct__what_is_no_ram_is_refused),
		cmocka_unit_test(test_direct__the_debugger_thinks),
		cmocka_unit_test(test_direct__asks_for_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
