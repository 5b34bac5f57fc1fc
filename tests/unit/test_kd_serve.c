/* SPDX-License-Identifier: MIT */
/* What a stopped target answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/machine.h"

static void test_kd_serve__reads_what_there_is(void **state)
{
	static const struct {
		uint64_t address;
		uint32_t count, actual;
		bool ok;
	} cases[] = {
		{ 0x10, 16, 16, true },
		{ 0, 5000, 3944, true }, /* clipped, and a success */
		{ 4090, 16, 6, false },  /* partial: failure with data */
		{ 1 << 20, 4, 0, false },
		{ UINT64_MAX - 1, UINT32_MAX, 0, false },
	};
	static struct machine m;

	(void)state;
	machine_stop(&m);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kd_manipulate r = {
			.api = KD_API_READ_VIRTUAL,
			.u.memory = { .address = cases[i].address,
				      .count = cases[i].count },
		};

		machine_ask(&m, &r, NULL, 0);
		r = machine_answer(&m);
		assert_int_equal(r.u.memory.actual, cases[i].actual);
		assert_int_equal(m.data_len,
				 KD_MANIPULATE_SIZE + cases[i].actual);
		assert_int_equal(kd_status_ok(r.status), cases[i].ok);
	}
}

static void test_kd_serve__sets_and_clears_breakpoints(void **state)
{
	static struct machine m;
	struct kd_manipulate r = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = 0x80 },
	};

	(void)state;
	machine_stop(&m);
	m.memory[0x80] = 0x90;
	machine_ask(&m, &r, NULL, 0);
	r = machine_answer(&m);
	assert_true(kd_status_ok(r.status));
	assert_int_equal(m.memory[0x80], 0xcc);
	assert_true(kd_target_owns_breakpoint(&m.t, 0x80));
	r = (struct kd_manipulate){
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle =
						  r.u.write_breakpoint.handle },
	};
	machine_ask(&m, &r, NULL, 0);
	assert_true(kd_status_ok(machine_answer(&m).status));
	assert_int_equal(m.memory[0x80], 0x90);
	for (uint32_t handle = 0; handle < 40; handle++) {
		r.u.restore_breakpoint.handle = handle;
		machine_ask(&m, &r, NULL, 0);
		assert_false(kd_status_ok(machine_answer(&m).status));
	}
}

static void test_kd_serve__refuses_what_it_does_not_know(void **state)
{
	static struct machine m;
	struct kd_manipulate r = { .api = 0x3199 };

	(void)state;
	machine_stop(&m);
	machine_ask(&m, &r, NULL, 0);
	assert_int_equal(machine_answer(&m).status, KD_STATUS_UNSUCCESSFUL);
	/* SetContext is refused until a GetContext was done (3.4). */
	r = (struct kd_manipulate){ .api = KD_API_SET_CONTEXT };
	machine_ask(&m, &r, "12345678", 8);
	assert_false(kd_status_ok(machine_answer(&m).status));
	r.api = KD_API_GET_CONTEXT;
	machine_ask(&m, &r, NULL, 0);
	assert_true(kd_status_ok(machine_answer(&m).status));
	r.api = KD_API_SET_CONTEXT;
	machine_ask(&m, &r, "12345678", 8);
	assert_true(kd_status_ok(machine_answer(&m).status));
	assert_memory_equal(m.contexts[0], "12345678", 8);
}

static void test_kd_serve__runs_on_without_a_reply(void **state)
{
	static struct machine m;
	struct kd_manipulate r = { .api = KD_API_CONTINUE2,
				   .u.resume = { .status = KD_CONTINUE } };

	(void)state;
	machine_stop(&m);
	machine_ask(&m, &r, NULL, 0);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.resumed, 1);
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
}

/* Ask it, and return the answer, whose data is in m->data. */
static struct kd_manipulate ask(struct machine *m, struct kd_manipulate r,
				const void *data, uint32_t len)
{
	machine_ask(m, &r, data, len);
	return machine_answer(m);
}

static const uint8_t *answer_data(const struct machine *m)
{
	return m->data + KD_MANIPULATE_SIZE;
}

static uint32_t answer_len(const struct machine *m)
{
	return m->data_len - (uint32_t)KD_MANIPULATE_SIZE;
}

static void test_kd_serve__gets_and_sets_parts_of_a_context(void **state)
{
	static const struct {
		uint32_t offset, count;
		bool ok;
	} cases[] = {
		{ 0, KD_CONTEXT_SIZE, true },  { 0x100, 16, true },
		{ KD_CONTEXT_SIZE, 0, true },  { KD_CONTEXT_SIZE, 1, false },
		{ 1, KD_CONTEXT_SIZE, false }, { UINT32_MAX, 2, false },
		{ 2, UINT32_MAX, false },
	};
	static struct machine m;
	struct kd_manipulate r = { .api = KD_API_SET_CONTEXT_EX };

	(void)state;
	machine_stop(&m);
	for (unsigned i = 0; i < KD_CONTEXT_SIZE; i++)
		m.contexts[1][i] = (uint8_t)i;
	/* Not before a GetContext. */
	r.u.context_ex.count = 4;
	assert_false(kd_status_ok(ask(&m, r, "abcd", 4).status));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		r = (struct kd_manipulate){
			.api = KD_API_GET_CONTEXT_EX,
			.processor = 1,
			.u.context_ex = { cases[i].offset, cases[i].count,
					  0x77 },
		};
		r = ask(&m, r, NULL, 0);
		assert_int_equal(kd_status_ok(r.status), cases[i].ok);
		assert_int_equal(r.u.context_ex.copied,
				 cases[i].ok ? cases[i].count : 0);
		assert_int_equal(answer_len(&m), r.u.context_ex.copied);
		if (answer_len(&m))
			assert_memory_equal(answer_data(&m),
					    m.contexts[1] + cases[i].offset,
					    cases[i].count);
	}
	r = (struct kd_manipulate){ .api = KD_API_SET_CONTEXT_EX,
				    .processor = 1,
				    .u.context_ex = { 0x100, 4, 0x4d0 } };
	r = ask(&m, r, "abcd", 4);
	assert_true(kd_status_ok(r.status));
	assert_int_equal(r.u.context_ex.copied, 4);
	assert_memory_equal(m.contexts[1] + 0xfe,
			    "\xfe\xff"
			    "abcd\x04",
			    7);
	/* It announces more than it brings. */
	r.u.context_ex.count = 8;
	assert_false(kd_status_ok(ask(&m, r, "abcd", 4).status));
}

/* Requests name their CPU; there are two. */
static void test_kd_serve__knows_its_processors(void **state)
{
	static const uint32_t apis[] = {
		KD_API_GET_CONTEXT,    KD_API_SET_CONTEXT,
		KD_API_GET_CONTEXT_EX, KD_API_SET_CONTEXT_EX,
		KD_API_READ_CONTROL,   KD_API_WRITE_CONTROL,
	};
	static struct machine m;

	(void)state;
	machine_stop(&m);
	for (size_t i = 0; i < ARRAY_SIZE(apis); i++) {
		struct kd_manipulate r = { .api = apis[i] };

		r.u.memory.address = 2;
		r.u.memory.count = 8;
		if (apis[i] >= KD_API_GET_CONTEXT_EX)
			r.u.context_ex.offset = 0;
		for (uint16_t cpu = 0; cpu < 4; cpu++) {
			r.processor = cpu < 3 ? cpu : 0xffff;
			assert_int_equal(
				kd_status_ok(ask(&m, r, "12345678", 8).status),
				cpu < 2);
		}
	}
	assert_memory_equal(m.special[1], "12345678", 8);
}

static void test_kd_serve__writes_control_space_2(void **state)
{
	static struct machine m;
	struct kd_manipulate r = { .api = KD_API_WRITE_CONTROL,
				   .u.memory = { .address = 2 } };
	uint8_t longer[KD_SPECIAL_SIZE + 9];

	(void)state;
	machine_stop(&m);
	memset(longer, 7, sizeof(longer));
	r = ask(&m, r, longer, sizeof(longer));
	assert_true(kd_status_ok(r.status));
	assert_int_equal(r.u.memory.actual, KD_SPECIAL_SIZE);
	assert_int_equal(answer_len(&m), sizeof(longer));
	assert_memory_equal(answer_data(&m), longer, sizeof(longer));
	assert_memory_equal(m.special[0], longer, KD_SPECIAL_SIZE);
	r.u.memory.address = 0;
	r = ask(&m, r, longer, 8);
	assert_false(kd_status_ok(r.status));
	assert_int_equal(r.u.memory.actual, 0);
}

/* Two ways in which the target of a recording differs: CAP. */
static void test_kd_serve__knows_no_ex_and_echoes_nothing(void **state)
{
	static struct machine m;
	uint8_t special[KD_SPECIAL_SIZE];
	struct kd_manipulate get = {
		.api = KD_API_GET_CONTEXT_EX,
		.u.context_ex = { .count = KD_CONTEXT_SIZE },
	};
	struct kd_manipulate set = { .api = KD_API_SET_CONTEXT_EX,
				     .u.context_ex = { .count = 4 } };
	struct kd_manipulate write = { .api = KD_API_WRITE_CONTROL,
				       .u.memory = { .address = 2 } };

	(void)state;
	machine_be("ms");
	machine_profile.context_ex = KD_CONTEXT_EX_REFUSED;
	machine_profile.control_echo = 1;
	machine_stop(&m);
	machine_be("ms");
	get = ask(&m, get, NULL, 0);
	assert_int_equal(get.status, KD_STATUS_UNSUCCESSFUL);
	assert_int_equal(get.u.context_ex.copied, 0);
	assert_int_equal(answer_len(&m), 0);
	get = (struct kd_manipulate){ .api = KD_API_GET_CONTEXT };
	assert_true(kd_status_ok(ask(&m, get, NULL, 0).status));
	assert_int_equal(answer_len(&m), KD_CONTEXT_SIZE);
	assert_int_equal(ask(&m, set, "1234", 4).status,
			 KD_STATUS_UNSUCCESSFUL);
	memset(special, 7, sizeof(special));
	write = ask(&m, write, special, sizeof(special));
	assert_true(kd_status_ok(write.status));
	assert_int_equal(write.u.memory.actual, KD_SPECIAL_SIZE);
	assert_int_equal(answer_len(&m), 0);
	assert_memory_equal(m.special[0], special, KD_SPECIAL_SIZE);
}

static void test_kd_serve__searches_memory(void **state)
{
	static const struct {
		uint64_t address, length;
		uint32_t pattern_len;
		uint32_t status;
		uint64_t found;
	} cases[] = {
		{ 0, 4096, 4, KD_STATUS_SUCCESS, 0x20 },
		{ 0x20, 4, 4, KD_STATUS_SUCCESS, 0x20 },
		{ 0x20, 3, 4, KD_STATUS_NO_MORE_ENTRIES, 0x20 },
		{ 0x21, 4000, 4, KD_STATUS_SUCCESS, 0xf80 },
		{ 0x21, UINT64_MAX, 4, KD_STATUS_SUCCESS, 0xf80 },
		{ 0xf81, UINT64_MAX, 4, KD_STATUS_NO_MORE_ENTRIES, 0xf81 },
		{ UINT64_MAX, 9, 4, KD_STATUS_NO_MORE_ENTRIES, UINT64_MAX },
		{ 0, 4096, 0, KD_STATUS_UNSUCCESSFUL, 0 },
		{ 0, 4096, 5, KD_STATUS_UNSUCCESSFUL, 0 }, /* four trail */
		{ 0, 4096, UINT32_MAX, KD_STATUS_UNSUCCESSFUL, 0 },
	};
	static struct machine m;

	(void)state;
	machine_stop(&m);
	memcpy(m.memory + 0x20, "abcd", 4);
	memcpy(m.memory + 0xf80, "abcd", 4);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kd_manipulate r = {
			.api = KD_API_SEARCH_MEMORY,
			.u.search = { cases[i].address, cases[i].length,
				      cases[i].pattern_len },
		};

		r = ask(&m, r, "abcd", 4);
		assert_int_equal(r.status, cases[i].status);
		assert_int_equal(r.u.search.address, cases[i].found);
	}
}

static void test_kd_serve__fills_memory(void **state)
{
	static struct machine m;
	struct kd_manipulate r = {
		.api = KD_API_FILL_MEMORY,
		.u.fill = { .address = 0x10,
			    .length = 4000,
			    .flags = KD_FILL_VIRTUAL,
			    .pattern_len = 3 },
	};

	(void)state;
	machine_stop(&m);
	assert_true(kd_status_ok(ask(&m, r, "abc", 3).status));
	for (unsigned i = 0; i < 4000; i++)
		assert_int_equal(m.memory[0x10 + i], "abc"[i % 3]);
	assert_int_equal(m.memory[0x10 + 4000], 0);
	r.u.fill.flags = KD_FILL_PHYSICAL;
	r.u.fill.length = UINT32_MAX;
	assert_int_equal(ask(&m, r, "abc", 3).status, KD_STATUS_UNSUCCESSFUL);
	r.u.fill.length = 0;
	assert_int_equal(ask(&m, r, "abc", 3).status, KD_STATUS_SUCCESS);
	r.u.fill.pattern_len = 4;
	assert_int_equal(ask(&m, r, "abc", 3).status, KD_STATUS_UNSUCCESSFUL);
	r.u.fill.pattern_len = 0;
	assert_int_equal(ask(&m, r, "abc", 3).status, KD_STATUS_UNSUCCESSFUL);
	r.u.fill.flags = 3;
	assert_int_equal(ask(&m, r, "abc", 3).status,
			 KD_STATUS_INVALID_PARAMETER);
}

static void test_kd_serve__tells_what_memory_is(void **state)
{
	static struct machine m;
	struct kd_manipulate r = { .api = KD_API_QUERY_MEMORY,
				   .u.query = { .address = 5, .reserved = 9 } };

	(void)state;
	machine_stop(&m);
	r = ask(&m, r, NULL, 0);
	assert_true(kd_status_ok(r.status));
	assert_int_equal(r.u.query.space, KD_SPACE_KERNEL);
	assert_int_equal(r.u.query.flags, 7);
	assert_int_equal(r.u.query.reserved, 0);
	assert_int_equal(ask(&m, r, NULL, 0).status,
			 KD_STATUS_INVALID_PARAMETER);
	r.u.query.space = 0;
	r.u.query.address = 4096;
	assert_int_equal(ask(&m, r, NULL, 0).status, KD_STATUS_UNSUCCESSFUL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_serve__reads_what_there_is),
		cmocka_unit_test(test_kd_serve__sets_and_clears_breakpoints),
		cmocka_unit_test(test_kd_serve__refuses_what_it_does_not_know),
		cmocka_unit_test(test_kd_serve__runs_on_without_a_reply),
		cmocka_unit_test(
			test_kd_serve__gets_and_sets_parts_of_a_context),
		cmocka_unit_test(test_kd_serve__knows_its_processors),
		cmocka_unit_test(test_kd_serve__writes_control_space_2),
		cmocka_unit_test(test_kd_serve__knows_no_ex_and_echoes_nothing),
		cmocka_unit_test(test_kd_serve__searches_memory),
		cmocka_unit_test(test_kd_serve__fills_memory),
		cmocka_unit_test(test_kd_serve__tells_what_memory_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
