/* SPDX-License-Identifier: MIT */
/*
 * What a target lays out for a debugger to walk, read here by the offsets of
 * Windows alone: the lists, the names, the images, the trees, the page tables,
 * for every number and several layouts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/module.h"
#include "bench/kd/process.h"
#include "bench/kd/world.h"

#define BASE UINT64_C(0x1234000)
#define IDENTITY UINT64_C(0x120000)
#define KERNEL UINT64_C(0x100000)

static uint8_t identity[KD_IDENTITY_SIZE];

struct built {
	struct kd_world w;
	struct kd_identity id;
	uint8_t *area;
	uint64_t size;
};

/* In just as many bytes, so that the sanitizer sees one too many. */
static void build(struct built *b, uint64_t layout, uint32_t modules,
		  uint32_t processes)
{
	*b = (struct built){
		.w = { .base = BASE,
		       .layout = layout,
		       .modules = modules,
		       .processes = processes },
		.id = { .base = IDENTITY,
			.kern_base = KERNEL,
			.kern_size = 0x40000,
			.kdbb = 0x5000,
			.cpus = 1 },
	};
	b->size = kd_world_size(&b->w);
	b->area = mem_alloc(b->size ? b->size : 1);
	memset(b->area, 0x5a, b->size);
	kd_identity_build(&b->id, identity);
	kd_world_build(&b->w, b->area, &b->id, identity);
}

static void release(struct built *b)
{
	free(b->area);
}

static const uint8_t *at(const struct built *b, uint64_t address, size_t len)
{
	if (address - IDENTITY < KD_IDENTITY_SIZE)
		return identity + (address - IDENTITY);
	if (address < BASE || address - BASE > b->size ||
	    b->size - (address - BASE) < len)
		fail_msg("0x%llx is nowhere", (unsigned long long)address);
	return b->area + (address - BASE);
}

static uint64_t word(const struct built *b, uint64_t address)
{
	return kd_load64(at(b, address, 8));
}

/* The name at a UNICODE_STRING of plain characters. */
static void name_at(const struct built *b, uint64_t string, char *name)
{
	uint32_t len = kd_load16(at(b, string, 16));
	const uint8_t *wide = at(b, word(b, string + 8), len);

	assert_true(len < 128 && len % 2 == 0);
	for (uint32_t i = 0; i < len / 2; i++) {
		assert_int_equal(wide[2 * i + 1], 0);
		name[i] = (char)wide[2 * i];
	}
	name[len / 2] = 0;
}

/* Follow the RVAs of an image to the pdb that it names. */
static void pdb_of(const struct built *b, uint64_t base, uint32_t stamp,
		   char *pdb, uint8_t *guid)
{
	const uint8_t *image = at(b, base, 0x1000);
	const uint8_t *pe = image + kd_load32(image + 0x3c);
	const uint8_t *debug = image + kd_load32(pe + 24 + 112 + 8 * 6);
	const uint8_t *exports = image + kd_load32(pe + 24 + 112);
	const uint8_t *record = NULL;

	assert_memory_equal(image, "MZ", 2);
	assert_memory_equal(pe, "PE\0", 4);
	assert_int_equal(kd_load16(pe + 6), 9);
	assert_int_equal(kd_load32(pe + 8), stamp);
	assert_true(kd_load64(pe + 24 + 24) == base);
	assert_int_equal(kd_load32(pe + 24 + 56), 0x1000);
	assert_int_equal(kd_load32(exports + 4), stamp);
	for (unsigned i = 0; i < kd_load32(pe + 24 + 112 + 8 * 6 + 4) / 28;
	     i++) {
		assert_int_equal(kd_load32(debug + 28 * i + 4), stamp);
		if (kd_load32(debug + 28 * i + 12) == 2)
			record = image + kd_load32(debug + 28 * i + 20);
	}
	assert_non_null(record);
	assert_memory_equal(record, "RSDS", 4);
	memcpy(guid, record + 4, 16);
	memcpy(pdb, record + 24, 16);
}

/* All modules once each, both ways round; *order: a hash of their order. */
static void check_modules(const struct built *b, uint32_t count,
			  uint64_t *places)
{
	uint64_t head = kd_identity_modules(&b->id);
	uint64_t last = head, entry = word(b, head);
	uint8_t *seen = mem_alloc(count);
	uint8_t guids[2][16] = { { 0 } };
	char name[64], want[64], pdb[16];

	for (uint32_t i = 0; i < count; i++) {
		unsigned number = i;
		uint64_t base = word(b, entry + 0x30);

		assert_true(word(b, entry + 8) == last);
		name_at(b, entry + 0x58, name);
		if (i >= 3) {
			assert_int_equal(sscanf(name, "drv%u.sys", &number), 1);
			snprintf(want, sizeof(want), "drv%04u.sys", number);
			assert_string_equal(name, want);
			name_at(b, entry + 0x48, name);
			assert_non_null(strstr(name, want));
			pdb_of(b, base, (uint32_t)word(b, entry + 0x7c), pdb,
			       guids[i % 2]);
			memcpy(want + 7, ".pdb", 5);
			assert_string_equal(pdb, want);
			assert_memory_not_equal(guids[0], guids[1], 16);
			places[number] = base;
		}
		assert_true(number < count && !seen[number]);
		seen[number] = 1;
		last = entry;
		entry = word(b, entry);
	}
	assert_true(entry == head && word(b, head + 8) == last);
	free(seen);
}

static void test_world__modules_are_listed_once_each(void **state)
{
	static const uint32_t counts[] = { 3, 4, 5, 180, KD_WORLD_MODULES_MAX };
	static const uint64_t layouts[] = { 0, 1, 7, UINT64_MAX };
	static uint64_t places[4][KD_WORLD_MODULES_MAX];

	(void)state;
	for (size_t c = 0; c < ARRAY_SIZE(counts); c++) {
		for (size_t l = 0; l < ARRAY_SIZE(layouts); l++) {
			struct built b;

			build(&b, layouts[l], counts[c], 1);
			assert_true(b.size == (counts[c] - 3) * 2 * 4096);
			check_modules(&b, counts[c], places[l]);
			release(&b);
		}
	}
	/* Another seed, other places. */
	for (size_t l = 1; l < ARRAY_SIZE(layouts); l++) {
		unsigned same = 0;

		for (size_t i = 3; i < KD_WORLD_MODULES_MAX; i++)
			same += places[l][i] == places[l - 1][i];
		assert_true(same < 20);
	}
}

static uint64_t page_of(const struct built *b, uint64_t node, bool last)
{
	uint64_t high = *at(b, node + (last ? 0x21 : 0x20), 1);

	return high << 32 | kd_load32(at(b, node + (last ? 0x1c : 0x18), 4));
}

/* As any search tree is searched: at most a few steps. */
static void check_ranges(const struct built *b, uint64_t root, uint64_t page)
{
	uint64_t node = root, parent = 0;

	for (unsigned steps = 0; steps < 3; steps++) {
		uint64_t first = page_of(b, node, false);

		assert_true(first <= page_of(b, node, true));
		assert_true((word(b, node + 0x10) & ~UINT64_C(7)) == parent);
		if (page >= first && page <= page_of(b, node, true)) {
			assert_int_equal(steps, 2);
			return;
		}
		parent = node;
		node = word(b, node + (page < first ? 0 : 8));
	}
	fail_msg("no range has page 0x%llx", (unsigned long long)page);
}

static uint64_t translate(const struct built *b, uint64_t cr3, uint64_t address)
{
	uint64_t entry = cr3;

	for (unsigned shift = 39; shift >= 12; shift -= 9) {
		entry = word(b, (entry & UINT64_C(0xffffffffff000)) +
					8 * (address >> shift & 511));
		assert_int_equal(entry & 0xfff, 7);
	}
	return (entry & UINT64_C(0xffffffffff000)) + (address & 0xfff);
}

static void check_process(const struct built *b, uint64_t process)
{
	uint64_t id = word(b, process + 0x2e8);
	uint64_t peb = word(b, process + 0x3f8);
	uint64_t head = process + 0x488, last = head;
	uint64_t thread = word(b, head), image, root;
	char name[16];

	assert_true(peb >= 0x10000 && peb < UINT64_C(1) << 47);
	assert_int_equal(peb & 0xfff, 0);
	snprintf(name, sizeof(name), "proc%04u.exe",
		 (unsigned)(id - 0x100) / 4);
	assert_string_equal((const char *)at(b, process + 0x450, 16), name);
	image = word(b, translate(b, word(b, process + 0x28), peb) + 0x10);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(word(b, thread + 8) == last);
		assert_true(word(b, thread - 0x6b8 + 0x648) == id);
		assert_true(word(b, thread - 0x6b8 + 0x6a0) == image + 0x1000);
		last = thread;
		thread = word(b, thread);
	}
	assert_true(thread == head && word(b, head + 8) == last);
	root = word(b, process + 0x658);
	assert_true(page_of(b, root, false) == image >> 12);
	check_ranges(b, root, peb >> 12);
}

static void test_world__processes_are_listed_once_each(void **state)
{
	static const uint32_t counts[] = { 1, 2, 3, 151,
					   KD_WORLD_PROCESSES_MAX };
	static const uint64_t layouts[] = { 0, 5, 1234567 };

	(void)state;
	for (size_t c = 0; c < ARRAY_SIZE(counts); c++) {
		for (size_t l = 0; l < ARRAY_SIZE(layouts); l++) {
			uint8_t *seen = mem_alloc(counts[c]);
			uint64_t head, last, links;
			struct built b;

			build(&b, layouts[l], 3, counts[c]);
			last = head = kd_identity_processes(&b.id);
			links = word(&b, head);
			for (uint32_t i = 0; i < counts[c]; i++) {
				uint64_t id = word(&b, links - 8);
				uint64_t number = i ? (id - 0x100) / 4 : 0;

				assert_true(word(&b, links + 8) == last);
				assert_true(number < counts[c]);
				assert_false(seen[number]);
				seen[number] = 1;
				if (i)
					check_process(&b, links - 0x2f0);
				last = links;
				links = word(&b, links);
			}
			assert_true(links == head);
			assert_true(word(&b, head + 8) == last);
			release(&b);
			free(seen);
		}
	}
}

/* What is not built is not there: the identity is as it was. */
static void test_world__nothing_asked_nothing_built(void **state)
{
	static uint8_t before[KD_IDENTITY_SIZE];
	struct built b;

	(void)state;
	build(&b, 9, 3, 1);
	assert_int_equal(b.size, 0);
	kd_identity_build(&b.id, before);
	assert_memory_equal(before, identity, sizeof(before));
	release(&b);
}

static void test_world__an_order_has_everything_once(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 12; seed++) {
		const struct kd_world w = { .layout = seed * 0x1234567 };

		for (uint64_t count = 1; count < 70; count++) {
			uint8_t seen[70] = { 0 };

			for (uint64_t i = 0; i < count; i++) {
				uint64_t n = kd_world_order(&w, 3, i, count);

				assert_true(n < count && !seen[n]);
				seen[n] = 1;
			}
		}
	}
}

/* Names and ids of others have no number. */
static void test_world__strangers_have_no_number(void **state)
{
	uint8_t name[KD_MODULE_NAME_SIZE];
	uint32_t number;

	(void)state;
	for (uint32_t i = 0; i <= KD_MODULE_NUMBER_MAX; i += 11) {
		kd_module_name(name, i);
		assert_true(kd_module_number(name, sizeof(name), &number));
		assert_int_equal(number, i);
		assert_false(kd_module_number(name, sizeof(name) - 2, &number));
		name[i % sizeof(name)] ^= 0x80;
		assert_false(kd_module_number(name, sizeof(name), &number));
	}
	for (uint32_t i = 1; i <= KD_PROCESS_NUMBER_MAX; i += 7) {
		assert_int_equal(kd_process_number(kd_process_id(i)), i);
		assert_int_equal(kd_process_number(kd_process_id(i) + 1), 0);
	}
	assert_int_equal(kd_process_number(4), 0);
	assert_int_equal(kd_process_number(UINT64_MAX), 0);
	assert_int_equal(
		kd_process_number(kd_process_id(KD_PROCESS_NUMBER_MAX + 1)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_world__modules_are_listed_once_each),
		cmocka_unit_test(test_world__processes_are_listed_once_each),
		cmocka_unit_test(test_world__nothing_asked_nothing_built),
		cmocka_unit_test(test_world__an_order_has_everything_once),
		cmocka_unit_test(test_world__strangers_have_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
