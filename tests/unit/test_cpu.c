/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/launch/cpu.h"
#include "bench/run/window.h"

/* Names hold blanks and brackets; the last bracket ends them. */
static void test_cpu__knows_a_virtual_cpu_by_its_thread(void **state)
{
	static const struct {
		const char *stat;
		bool vcpu;
	} cases[] = {
		{ "12 (CPU 0/TCG) S 1 2 3", true },
		{ "12 (CPU 0/KVM) R 1 2 3", true },
		{ "12 (qemu-system-x86) S 1 (CPU 0/TCG) 3", false },
		{ "12 (a) (CPU 1) S", false },
		{ "12 (CPU", false },
		{ ") 12 (CPU 0/TCG", false },
		{ "12 (CPUs) S", false },
		{ "", false },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		if (cpu_is_vcpu(cases[i].stat) != cases[i].vcpu)
			fail_msg("wrong about '%s'", cases[i].stat);
	}
}

static void test_cpu__counts_what_a_process_uses(void **state)
{
	struct launch_cpu before, after;
	uint64_t start = clock_thread_cpu_ns();

	(void)state;
	assert_true(cpu_sample(getpid(), &before));
	while (clock_thread_cpu_ns() - start < 20 * NS_PER_MS)
		;
	assert_true(cpu_sample(getpid(), &after));
	assert_true(after.main_ns - before.main_ns >= 10 * NS_PER_MS);
	assert_int_equal(after.vcpu_ns, 0);
}

/* Time is never negative: what has ended takes along what it had used. */
static void test_cpu__of_a_window_whose_threads_ended_is_unknown(void **state)
{
	static const struct step_cpu from = { .valid = true,
					      .vcpu_ns = 16,
					      .main_ns = 5,
					      .other_ns = 7,
					      .wall_ns = 100 };
	struct step_cpu sum = { 0 }, to = from;

	(void)state;
	to.vcpu_ns = 20;
	to.wall_ns = 110;
	window_add(&sum, &from, &to);
	assert_true(sum.valid);
	assert_int_equal(sum.vcpu_ns, 4);
	to.vcpu_ns = 0;
	window_add(&sum, &from, &to);
	assert_false(sum.valid);
	assert_int_equal(sum.vcpu_ns, 4);
	to = from;
	to.other_ns = 6;
	window_add(&sum, &from, &to);
	assert_false(sum.valid);
}

static void test_cpu__cannot_tell_of_a_process_that_is_gone(void **state)
{
	struct launch_cpu cpu;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(cpu_sample(pid, &cpu));
	assert_true(cpu.main_ns == UINT64_MAX && cpu.vcpu_ns == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpu__knows_a_virtual_cpu_by_its_thread),
		cmocka_unit_test(test_cpu__counts_what_a_process_uses),
		cmocka_unit_test(
			test_cpu__of_a_window_whose_threads_ended_is_unknown),
		cmocka_unit_test(
			test_cpu__cannot_tell_of_a_process_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
