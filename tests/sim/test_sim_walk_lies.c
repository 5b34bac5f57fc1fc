/* SPDX-License-Identifier: MIT */
/*
 * Lists that lie: circles, pointers to nowhere, lengths that are too large.
 * Each walk ends, and says what is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/puppet.h"

#define MODULES 9
#define PROCESSES 6

#define RELOAD "  - connect\n  - reload: { count: 30 }\n"
#define PROCESS_LIST "  - connect\n  - process-list: { count: 20 }\n"

static struct puppet puppet;

static void run(const char *session, void (*spoil)(struct puppet *))
{
	puppet = (struct puppet){ .spoil = spoil,
				  .world = { .layout = 4,
					     .modules = MODULES,
					     .processes = PROCESSES } };
	puppet_run(&puppet, session);
}

/* --- memory that is wrong from the start ---------------------------------- */

static uint64_t word(const struct puppet *p, uint64_t address)
{
	uint8_t bytes[8];

	assert_true(sim_machine_peek(&p->m, address, bytes, sizeof(bytes)));
	return kd_load64(bytes);
}

static void store(struct puppet *p, uint64_t address, const void *bytes,
		  uint32_t len)
{
	assert_int_equal(
		sim_machine_ops.write(&p->m, false, address, bytes, len), len);
}

static void set(struct puppet *p, uint64_t address, uint64_t value)
{
	uint8_t bytes[8];

	kd_store64(bytes, value);
	store(p, address, bytes, sizeof(bytes));
}

/* The n-th entry of a list; 0 is its head. */
static uint64_t entry(const struct puppet *p, uint64_t head, unsigned n)
{
	while (n--)
		head = word(p, head);
	return head;
}

static uint64_t module(const struct puppet *p, unsigned n)
{
	return entry(p, kd_identity_modules(&p->m.identity), n);
}

/* Of its EPROCESS. */
static uint64_t process(const struct puppet *p, unsigned n)
{
	return entry(p, kd_identity_processes(&p->m.identity), n) - 0x2f0;
}

static uint64_t image_of(const struct puppet *p, unsigned n)
{
	return word(p, module(p, n) + 0x30);
}

static uint64_t pe_of(const struct puppet *p, unsigned n)
{
	return image_of(p, n) + (word(p, image_of(p, n) + 0x3c) & 0xffff);
}

/* A circle that its own links do not betray. */
static void close_ring(struct puppet *p, uint64_t first, uint64_t last)
{
	set(p, last, first);
	set(p, first + 8, last);
}

static void circle(struct puppet *p)
{
	set(p, module(p, 6), module(p, 4));
}

static void to_itself(struct puppet *p)
{
	set(p, module(p, 6), module(p, 6));
}

static void circle_of_all(struct puppet *p)
{
	set(p, module(p, 9), module(p, 1));
}

static void clean_circle(struct puppet *p)
{
	close_ring(p, module(p, 4), module(p, 8));
}

static void nowhere(struct puppet *p)
{
	set(p, module(p, 5), 0x7654321000);
}

static void into_the_pattern(struct puppet *p)
{
	set(p, module(p, 5), SIM_PATTERN + 64);
}

static void at_the_end_of_memory(struct puppet *p)
{
	set(p, module(p, 5), SIM_WORLD + p->m.memory.world_size - 8);
}

static void too_short(struct puppet *p)
{
	set(p, module(p, 5), module(p, 0));
}

/* An entry is taken out, as if nothing had been; not that of the last number.
 */
static void one_missing(struct puppet *p)
{
	close_ring(p, module(p, 7), module(p, 5));
}

static void name_len(struct puppet *p, uint16_t len, uint16_t room)
{
	uint8_t both[4];

	kd_store16(both, len);
	kd_store16(both + 2, room);
	store(p, module(p, 5) + 0x48, both, sizeof(both));
}

static void long_name(struct puppet *p)
{
	name_len(p, 0xfffe, 0xfffe);
}

static void odd_name(struct puppet *p)
{
	name_len(p, 79, 80);
}

static void no_name(struct puppet *p)
{
	name_len(p, 0, 80);
}

static void name_without_room(struct puppet *p)
{
	name_len(p, 80, 78);
}

static void name_nowhere(struct puppet *p)
{
	set(p, module(p, 5) + 0x50, 0x7654321000);
}

static void name_of_another(struct puppet *p)
{
	set(p, module(p, 5) + 0x50, word(p, module(p, 7) + 0x50));
}

static void image_nowhere(struct puppet *p)
{
	set(p, module(p, 2) + 0x30, UINT64_MAX - 16);
}

/* The identity's own, which are not compared byte by byte. */
static void headers_far(struct puppet *p)
{
	uint8_t at[4] = { 0xf0, 0xff, 0xff, 0x7f };

	store(p, image_of(p, 2) + 0x3c, at, sizeof(at));
}

static void many_sections(struct puppet *p)
{
	uint8_t count[2] = { 0xff, 0xff };

	store(p, pe_of(p, 2) + 6, count, sizeof(count));
}

static void directory_far(struct puppet *p)
{
	uint8_t at[4] = { 0, 0, 0xff, 0x7f };

	store(p, pe_of(p, 2) + 0xb8, at, sizeof(at));
}

static void wrong_guid(struct puppet *p)
{
	uint64_t image = image_of(p, 3);
	uint64_t debug = image + (uint32_t)word(p, pe_of(p, 3) + 0xb8);
	uint64_t record = image + (uint32_t)word(p, debug + 28 + 20);

	set(p, record + 8, 1);
}

static void no_module(struct puppet *p)
{
	uint64_t head = kd_identity_modules(&p->m.identity);

	set(p, head, head);
	set(p, head + 8, head);
}

/* --- of processes --- */

static void first_is_another(struct puppet *p)
{
	set(p, process(p, 1) + 0x2e8, 8);
}

static void only_system(struct puppet *p)
{
	uint64_t head = kd_identity_processes(&p->m.identity);

	close_ring(p, head, process(p, 1) + 0x2f0);
}

static void process_circle(struct puppet *p)
{
	close_ring(p, process(p, 2) + 0x2f0, process(p, 6) + 0x2f0);
}

static void process_back_to_system(struct puppet *p)
{
	set(p, process(p, 6) + 0x2f0, process(p, 1) + 0x2f0);
}

static void process_missing(struct puppet *p)
{
	close_ring(p, process(p, 5) + 0x2f0, process(p, 3) + 0x2f0);
}

static void wrong_id(struct puppet *p)
{
	set(p, process(p, 4) + 0x2e8, 0x103);
}

static void id_of_another(struct puppet *p)
{
	set(p, process(p, 4) + 0x2e8, word(p, process(p, 3) + 0x2e8));
}

static void thread_circle(struct puppet *p)
{
	uint64_t first = word(p, process(p, 3) + 0x488);

	set(p, word(p, first), first);
}

static void range_circle(struct puppet *p)
{
	uint64_t root = word(p, process(p, 3) + 0x658);
	uint64_t child = word(p, root) ? word(p, root) : word(p, root + 8);

	set(p, child, root);
}

static void range_nowhere(struct puppet *p)
{
	set(p, process(p, 3) + 0x658, 0x7654321000);
}

static void no_range(struct puppet *p)
{
	set(p, process(p, 3) + 0x658, 0);
}

static void tables_nowhere(struct puppet *p)
{
	set(p, process(p, 3) + 0x28, UINT64_C(0x7654321000));
}

static void tables_of_another(struct puppet *p)
{
	set(p, process(p, 3) + 0x28, word(p, process(p, 4) + 0x28));
}

static void cr3_with_flags(struct puppet *p)
{
	set(p, process(p, 3) + 0x28, word(p, process(p, 3) + 0x28) | 2);
}

/* All entries of the first table lead to itself. */
static void table_circle(struct puppet *p)
{
	uint64_t table = word(p, process(p, 3) + 0x28);

	for (unsigned i = 0; i < 512; i++)
		set(p, table + 8 * i, table | 7);
}

static void large_page(struct puppet *p)
{
	uint64_t table = word(p, process(p, 3) + 0x28);

	for (unsigned i = 0; i < 512; i++)
		set(p, table + 8 * i, word(p, table + 8 * i) | 0x80);
}

static void no_kdbg(struct puppet *p)
{
	set(p, SIM_IDENTITY + 0x110, 0);
}

static const struct {
	const char *session;
	void (*spoil)(struct puppet *p);
	enum verdict verdict;
	const char *detail;
} lists[] = {
	{ RELOAD, circle, VERDICT_CORRUPT, "its Blink is" },
	{ RELOAD, to_itself, VERDICT_CORRUPT, "its Blink is" },
	{ RELOAD, circle_of_all, VERDICT_CORRUPT, "back to the first" },
	{ RELOAD, clean_circle, VERDICT_CORRUPT, "its Blink is" },
	{ RELOAD, nowhere, VERDICT_GAVE_UP,
	  "entry 5 at 0x7654321000: ReadVirtualMemory failed with status "
	  "0xc0000001 at 0x7654321000" },
	{ RELOAD, into_the_pattern, VERDICT_CORRUPT, "its Blink is" },
	{ RELOAD, at_the_end_of_memory, VERDICT_GAVE_UP, "failed" },
	{ RELOAD, too_short, VERDICT_CORRUPT, "the list ends with it" },
	{ RELOAD, one_missing, VERDICT_CORRUPT, "the list ends after 5 of " },
	{ RELOAD, long_name, VERDICT_CORRUPT, "the length of its name" },
	{ RELOAD, odd_name, VERDICT_CORRUPT, "the length of its name" },
	{ RELOAD, no_name, VERDICT_CORRUPT, "the length of its name" },
	{ RELOAD, name_without_room, VERDICT_CORRUPT, "the length of its" },
	{ RELOAD, name_nowhere, VERDICT_GAVE_UP, "at 0x7654321000" },
	{ RELOAD, name_of_another, VERDICT_CORRUPT, "of its list entry" },
	{ RELOAD, image_nowhere, VERDICT_GAVE_UP, "ReadVirtualMemory failed" },
	{ RELOAD, headers_far, VERDICT_CORRUPT, "its MZ header cannot be" },
	{ RELOAD, many_sections, VERDICT_CORRUPT, "its PE header cannot be" },
	{ RELOAD, directory_far, VERDICT_CORRUPT, "where its directories" },
	{ RELOAD, wrong_guid, VERDICT_CORRUPT, "GUID is not that of kdcom" },
	{ RELOAD, no_module, VERDICT_GAVE_UP, "the list is empty" },
	{ PROCESS_LIST, first_is_another, VERDICT_CORRUPT, "is not System" },
	{ PROCESS_LIST, only_system, VERDICT_GAVE_UP,
	  "there is no process besides System; guest.processes" },
	{ PROCESS_LIST, process_circle, VERDICT_CORRUPT, "its Blink is" },
	{ PROCESS_LIST, process_back_to_system, VERDICT_CORRUPT,
	  "leads back to the first" },
	{ PROCESS_LIST, process_missing, VERDICT_CORRUPT, "ends after 4 of" },
	{ PROCESS_LIST, wrong_id, VERDICT_CORRUPT, "no process of id 0x103" },
	{ PROCESS_LIST, id_of_another, VERDICT_CORRUPT, "in the list twice" },
	{ PROCESS_LIST, thread_circle, VERDICT_CORRUPT, "its threads are not" },
	{ PROCESS_LIST, range_circle, VERDICT_CORRUPT, "its address range" },
	{ PROCESS_LIST, range_nowhere, VERDICT_GAVE_UP, "at 0x7654321000" },
	{ PROCESS_LIST, no_range, VERDICT_GAVE_UP, "failed with" },
	{ PROCESS_LIST, tables_nowhere, VERDICT_GAVE_UP,
	  "ReadPhysicalMemory failed" },
	{ PROCESS_LIST, tables_of_another, VERDICT_CORRUPT, "page tables" },
	{ PROCESS_LIST, cr3_with_flags, VERDICT_CORRUPT, "DirectoryTableBase" },
	{ PROCESS_LIST, table_circle, VERDICT_CORRUPT, "its PEB is" },
	{ PROCESS_LIST, large_page, VERDICT_CORRUPT,
	  "level 4 of its page tables" },
	{ PROCESS_LIST, no_kdbg, VERDICT_CORRUPT, "no KDBG" },
};

static void test_sim_walk_lies__every_list_ends_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		run(lists[i].session, lists[i].spoil);
		assert_ended(&puppet, lists[i].verdict, lists[i].detail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_sim_walk_lies__every_list_ends_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
