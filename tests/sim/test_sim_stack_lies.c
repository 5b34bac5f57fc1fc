/* SPDX-License-Identifier: MIT */
/* stack-walk, and targets that lie to it: each lie is found out, or harmless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/image.h"
#include "tests/support/puppet.h"

static struct puppet puppet;

static void walk(uint64_t layout, uint32_t functions)
{
	puppet.world = (struct kd_world){ .modules = 3,
					  .processes = 1,
					  .functions = functions,
					  .layout = layout };
	puppet_run(&puppet, "  - connect\n  - stack-walk: { count: 30 }\n");
}

static uint8_t *data_of(uint8_t *payload)
{
	return payload + KD_MANIPULATE_SIZE;
}

static void add32(uint8_t *at, uint32_t n)
{
	kd_store32(at, kd_load32(at) + n);
}

static void list_without_end(struct puppet *p, uint8_t *data)
{
	struct session_stack *k = &p->s.stack;

	/* Each entry says that it is its own successor, and its predecessor. */
	kd_store64(data + KD_LIST_FLINK, k->entry);
	kd_store64(data + KD_LIST_BLINK, k->previous);
	kd_store64(data + KD_ENTRY_BASE, 0);
}

static void list_that_ends(struct puppet *p, uint8_t *data)
{
	kd_store64(data + KD_LIST_FLINK, p->s.stack.head);
	kd_store64(data + KD_ENTRY_BASE, 0);
}

static void list_one_way(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[KD_LIST_BLINK] ^= 8;
}

static void no_dos(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[1] = 'X';
}

static void pe_far_away(struct puppet *p, uint8_t *data)
{
	(void)p;
	kd_store32(data + KD_IMAGE_NEW_HEADER, UINT32_MAX);
}

static void no_pe(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[KD_IMAGE_OPTIONAL] = 0;
}

static void directory(uint8_t *data, uint32_t table, uint32_t bytes)
{
	uint8_t *at = data + KD_IMAGE_EXPORTS + 8 * KD_DIRECTORY_EXCEPTION;

	kd_store32(at, table);
	kd_store32(at + 4, bytes);
}

static void no_table(struct puppet *p, uint8_t *data)
{
	(void)p;
	directory(data, 0, 0);
}

static void table_without_end(struct puppet *p, uint8_t *data)
{
	(void)p;
	directory(data, KD_WORLD_PAGE, UINT32_MAX / 12 * 12);
}

static void table_of_nothing(struct puppet *p, uint8_t *data)
{
	(void)p;
	memset(data, 0, 128);
}

static void table_in_disorder(struct puppet *p, uint8_t *data)
{
	(void)p;
	add32(data + 12, 0x10000000);
}

/* Every function begins behind the code, wherever one looks. */
static void function_not_there(struct puppet *p, uint8_t *data)
{
	uint32_t rva = (uint32_t)(p->s.stack.pc - p->s.stack.base);

	for (unsigned i = 0; i < 10; i++) {
		kd_store32(data + 12 * i, rva + 1 + i);
		kd_store32(data + 12 * i + 4, rva + 2 + i);
	}
}

static void codes_out_of_bounds(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[2] = 200;
}

static void codes_unknown(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[5] = 0x0f;
}

static void version_unknown(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[0] = 7;
}

/* An info whose parent is described by the same info. */
static void chain_without_end(struct puppet *p, uint8_t *data)
{
	memset(data, 0, 16);
	data[0] = KD_UNWIND_VERSION | KD_UNWIND_CHAINED << 3;
	kd_store32(data + 12, p->s.stack.function.info);
}

static void chain_to_nowhere(struct puppet *p, uint8_t *data)
{
	(void)p;
	memset(data, 0, 16);
	data[0] = KD_UNWIND_VERSION | KD_UNWIND_CHAINED << 3;
	kd_store32(data + 12, UINT32_MAX);
}

/* One slot more than the code takes: the next word is no return address. */
static void frame_too_large(struct puppet *p, uint8_t *data)
{
	(void)p;
	for (unsigned i = 0; i < data[2]; i++) {
		if ((data[4 + 2 * i + 1] & 0xf) == KD_UNWIND_ALLOC_SMALL) {
			data[4 + 2 * i + 1] ^= 0x10;
			return;
		}
	}
	data[4 + 2 * (data[2] - 2)] = 0xff; /* or one push less */
}

static void wrong_code(struct puppet *p, uint8_t *data)
{
	(void)p;
	memset(data, 0xf4, 128);
}

static void wrong_word(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[0] ^= 1;
}

static void far_word(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[6] ^= 1;
}

static void nobody_calls(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[4] ^= 1; /* of the call's offset; or the call of the outermost */
	data[6] ^= 1;
}

static const struct {
	enum stack_part part;
	uint32_t frame;
	void (*lie)(struct puppet *p, uint8_t *data);
	const char *detail;
} lies[] = {
	{ STACK_HEAD, 0, wrong_word, "not linked back" },
	{ STACK_ENTRY, 0, list_without_end, "modules does not end" },
	{ STACK_ENTRY, 0, list_that_ends, "no module of the list holds" },
	{ STACK_ENTRY, 0, list_one_way, "not linked back" },
	{ STACK_DOS, 0, no_dos, "no image where the list says" },
	{ STACK_DOS, 0, pe_far_away, "no image where the list says" },
	{ STACK_PE, 0, no_pe, "without a PE header" },
	{ STACK_PE, 0, no_table, "without a table" },
	{ STACK_PE, 0, table_without_end, "without a table" },
	{ STACK_SEARCH, 4, table_of_nothing, "out of order" },
	{ STACK_SEARCH, 0, table_in_disorder, "out of order" },
	{ STACK_SEARCH, 2, function_not_there, "no function holds" },
	{ STACK_INFO, 1, codes_out_of_bounds, "codes out of bounds" },
	{ STACK_INFO, 1, codes_unknown, "nobody knows" },
	{ STACK_INFO, 1, version_unknown, "another version" },
	{ STACK_INFO, 3, chain_without_end, "chain does not end" },
	{ STACK_INFO, 3, chain_to_nowhere, "out of bounds" },
	{ STACK_CODE, 5, wrong_code, "does not undo" },
	{ STACK_SAVED, 5, far_word, "frame" },
	{ STACK_RETURN, 5, far_word, "frame 5" },
	{ STACK_CALLER, 5, nobody_calls, "nobody called it" },
	{ STACK_CALLER, 9, nobody_calls, "nobody called it" },
};

static size_t which;
static unsigned told;

static void lie(struct puppet *p, uint16_t type, uint8_t *payload,
		uint16_t *len)
{
	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind != STEP_STACK_WALK ||
	    kd_load32(payload) != KD_API_READ_VIRTUAL ||
	    *len <= KD_MANIPULATE_SIZE || p->s.part != lies[which].part ||
	    p->s.stack.frame != lies[which].frame)
		return;
	told++;
	lies[which].lie(p, data_of(payload));
}

static void test_sim_stack_lies__liars_are_found_out(void **state)
{
	(void)state;
	puppet.change = lie;
	for (which = 0; which < ARRAY_SIZE(lies); which++) {
		told = 0;
		walk(3, 2550);
		if (!told || puppet.s.verdict == VERDICT_COMPLETED ||
		    !strstr(puppet.s.detail, lies[which].detail))
			fail_msg("lie %zu, told %u times: %s: %s", which, told,
				 verdict_names[puppet.s.verdict],
				 puppet.s.detail);
	}
}

/* Unwind data with a mistake is never taken for right, whichever it is. */
static void lie_of_size(struct puppet *p, uint16_t type, uint8_t *payload,
			uint16_t *len)
{
	if (type == KD_STATE_MANIPULATE && *len > KD_MANIPULATE_SIZE &&
	    p->s.step && p->s.step->kind == STEP_STACK_WALK &&
	    p->s.part == STACK_INFO && p->s.stack.frame == 2)
		frame_too_large(p, data_of(payload));
}

static void test_sim_stack_lies__wrong_frames_are_found_out(void **state)
{
	(void)state;
	puppet.change = lie_of_size;
	for (uint64_t layout = 0; layout < 30; layout++) {
		walk(layout, 2550);
		assert_int_equal(puppet.s.verdict, VERDICT_CORRUPT);
	}
}

/* Whatever comes, the walk ends, and nothing is touched that is not its own. */
static uint64_t noise;

static void babble(struct puppet *p, uint16_t type, uint8_t *payload,
		   uint16_t *len)
{
	uint64_t draw = hash_add(noise, p->count++);
	uint32_t size;

	if (type != KD_STATE_MANIPULATE || *len <= KD_MANIPULATE_SIZE ||
	    !p->s.step || p->s.step->kind != STEP_STACK_WALK || draw % 40)
		return;
	size = *len - KD_MANIPULATE_SIZE;
	for (unsigned i = 0; i < 1 + draw / 64 % 4; i++) {
		draw = hash_u64(draw);
		data_of(payload)[draw / 256 % size] = (uint8_t)draw;
	}
	if (draw % 16 == 0)
		*len = (uint16_t)(KD_MANIPULATE_SIZE + draw / 16 % size);
}

static void test_sim_stack_lies__noise_does_no_harm(void **state)
{
	unsigned ends[VERDICT_COUNT] = { 0 };

	(void)state;
	puppet.change = babble;
	for (noise = 0; noise < 400; noise++) {
		walk(noise % 8, 60);
		ends[puppet.s.verdict]++;
	}
	assert_true(ends[VERDICT_CORRUPT] > 100);
	assert_int_equal(ends[VERDICT_HANG], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_stack_lies__liars_are_found_out),
		cmocka_unit_test(
			test_sim_stack_lies__wrong_frames_are_found_out),
		cmocka_unit_test(test_sim_stack_lies__noise_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
