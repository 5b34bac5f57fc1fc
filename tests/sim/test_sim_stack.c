/* SPDX-License-Identifier: MIT */
/* stack-walk in virtual time: what it asks, in which order, and of liars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/image.h"
#include "tests/support/puppet.h"
#include "tests/support/rig.h"

#define FUNCTIONS 2550 /* 255 blocks of ten: 8 reads each time */
#define FRAMES 10
#define COLD 15 /* reads of a frame */
#define WARM 5

static struct puppet puppet;

/* --- what it asks ----------------------------------------------------------
 */

/* The replies in the measured window. */
static struct {
	uint32_t api, len;
	uint64_t address;
} replies[4 * FRAMES * COLD];
static size_t reply_count;

static void note(struct puppet *p, uint16_t type, uint8_t *payload,
		 uint16_t *len)
{
	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind != STEP_STACK_WALK || p->s.phase != PHASE_MEASURE ||
	    reply_count == ARRAY_SIZE(replies))
		return;
	replies[reply_count].api = kd_load32(payload);
	replies[reply_count].len = *len - KD_MANIPULATE_SIZE;
	replies[reply_count].address = kd_load64(payload + 16);
	reply_count++;
}

static void walk(uint64_t layout, const char *step)
{
	char *session = mem_printf("  - connect\n  - %s\n", step);

	puppet.world = (struct kd_world){ .modules = 3,
					  .processes = 1,
					  .functions = FUNCTIONS,
					  .layout = layout };
	reply_count = 0;
	puppet_run(&puppet, session);
	free(session);
}

static void assert_mix(const uint32_t *lens, size_t count, size_t frames)
{
	assert_int_equal(reply_count, count * frames);
	for (size_t i = 0; i < reply_count; i++) {
		assert_int_equal(replies[i].api, KD_API_READ_VIRTUAL);
		assert_int_equal(replies[i].len, lens[i % count]);
	}
}

/* 8 x 128 of the table, 128 unwind, 128 code, 128 stack, 3 x 8, 16. */
static void test_sim_stack__asks_what_windbg_asks(void **state)
{
	static const uint32_t cold[COLD] = { 128, 128, 128, 128, 128,
					     128, 128, 128, 128, 128,
					     128, 8,   8,   8,   16 };
	static const uint32_t warm[WARM] = { 128, 8, 8, 8, 16 };

	(void)state;
	puppet.change = note;
	for (uint64_t layout = 0; layout < 40; layout++) {
		walk(layout, "stack-walk: { frames: 10, count: 20 }");
		assert_ended(&puppet, VERDICT_COMPLETED, "");
		assert_mix(cold, COLD, 20);
		walk(layout,
		     "stack-walk: { frames: 10, cache: warm, count: 20 }");
		assert_ended(&puppet, VERDICT_COMPLETED, "");
		assert_mix(warm, WARM, 20);
	}
}

/* Where it reads depends on where the target has put things. */
static void test_sim_stack__follows_the_target(void **state)
{
	uint64_t first[FRAMES * COLD];
	size_t other = 0;

	(void)state;
	puppet.change = note;
	walk(1, "stack-walk: { count: 10 }");
	for (size_t i = 0; i < FRAMES * COLD; i++)
		first[i] = replies[i].address;
	walk(2, "stack-walk: { count: 10 }");
	assert_ended(&puppet, VERDICT_COMPLETED, "");
	for (size_t i = 0; i < FRAMES * COLD; i++)
		other += first[i] != replies[i].address;
	assert_true(other > FRAMES * COLD * 9 / 10);
	/* The second round of the same walk reads the same. */
	walk(1, "stack-walk: { count: 20 }");
	for (size_t i = 0; i < FRAMES * COLD; i++) {
		assert_int_equal(replies[i].address, first[i]);
		assert_int_equal(replies[FRAMES * COLD + i].address, first[i]);
	}
}

/* --- lines -----------------------------------------------------------------
 */

static void test_sim_stack__is_walked_over_every_line(void **state)
{
	static const char *const lines[] = {
		"transport: sim\n",
		"transport: native\n",
		"transport: sim\ntransport.baud: 115200\n",
		"transport: sim\ntransport.framing: packet\n",
		"transport: sim\ntransport.capacity: 100\n",
		"transport: sim\ndebugger.think: windbg\n",
		"transport: sim\ntarget.profile: reactos\n",
	};
	static const char rest[] =
		"name: t\nguest.functions: 2550\nsession:\n"
		"  - connect\n"
		"  - stack-walk: { count: 25, warmup: 5 }\n"
		"  - repeat:\n"
		"      count: 2\n"
		"      steps:\n"
		"        - stack-walk: { name: warm, cache: warm, frames: 64, "
		"count: 64 }\n"
		"  - read-memory: { size: 4000 }\n"
		"  - break-in: { count: 2 }\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = mem_printf("%s%s", lines[i], rest);
		const struct step_record *cold, *warm;
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		cold = rig_step(&r, "stack-walk");
		warm = rig_step(&r, "warm");
		assert_int_equal(cold->ops, 25);
		assert_int_equal(cold->round_trips, 25 * COLD);
		assert_int_equal(cold->payload_bytes,
				 25 * (11 * 128 + 3 * 8 + 16));
		assert_int_equal(warm->ops, 2 * 64);
		assert_int_equal(warm->round_trips, 2 * 64 * WARM);
		assert_false(cold->mixed || warm->mixed);
		rig_release(&r);
		free(yaml);
	}
}

/* --- liars -----------------------------------------------------------------
 */

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
	kd_store64(data + KD_ENTRY_FLINK, k->entry);
	kd_store64(data + KD_ENTRY_BLINK, k->previous);
	kd_store64(data + KD_ENTRY_BASE, 0);
}

static void list_that_ends(struct puppet *p, uint8_t *data)
{
	kd_store64(data + KD_ENTRY_FLINK, p->s.stack.head);
	kd_store64(data + KD_ENTRY_BASE, 0);
}

static void list_one_way(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[KD_ENTRY_BLINK] ^= 8;
}

static void no_dos(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[1] = 'X';
}

static void pe_far_away(struct puppet *p, uint8_t *data)
{
	(void)p;
	kd_store32(data + KD_DOS_PE, UINT32_MAX);
}

static void no_pe(struct puppet *p, uint8_t *data)
{
	(void)p;
	data[KD_PE_OPTIONAL] = 0;
}

static void directory(uint8_t *data, uint32_t table, uint32_t bytes)
{
	uint8_t *at = data + KD_PE_DIRECTORY + 8 * KD_DIRECTORY_EXCEPTION;

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

static void test_sim_stack__liars_are_found_out(void **state)
{
	(void)state;
	puppet.change = lie;
	for (which = 0; which < ARRAY_SIZE(lies); which++) {
		told = 0;
		walk(3, "stack-walk: { count: 30 }");
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

static void test_sim_stack__wrong_frames_are_found_out(void **state)
{
	(void)state;
	puppet.change = lie_of_size;
	for (uint64_t layout = 0; layout < 30; layout++) {
		walk(layout, "stack-walk: { count: 10 }");
		assert_int_equal(puppet.s.verdict, VERDICT_CORRUPT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_stack__asks_what_windbg_asks),
		cmocka_unit_test(test_sim_stack__follows_the_target),
		cmocka_unit_test(test_sim_stack__is_walked_over_every_line),
		cmocka_unit_test(test_sim_stack__liars_are_found_out),
		cmocka_unit_test(test_sim_stack__wrong_frames_are_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
