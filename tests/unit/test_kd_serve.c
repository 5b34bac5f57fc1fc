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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_serve__reads_what_there_is),
		cmocka_unit_test(test_kd_serve__sets_and_clears_breakpoints),
		cmocka_unit_test(test_kd_serve__refuses_what_it_does_not_know),
		cmocka_unit_test(test_kd_serve__runs_on_without_a_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
