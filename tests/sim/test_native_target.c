/* SPDX-License-Identifier: MIT */
/* What runs in a native target's process: its work, and whom it believes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/guest/contract.h"
#include "bench/launch/native_target.h"
#include "bench/launch/proc.h"

/* As many hashes as the guest does, and no time that is only thought. */
static void test_native_target__computes_as_the_guest(void **state)
{
	static const struct kd_target_profile profile = { .retries = 1 };
	static struct sim_machine machine;
	static struct kd_target target;
	uint64_t want = 0;

	(void)state;
	sim_machine_init(&machine, 1, 4096, 4096);
	sim_machine_real_time(&machine, 1000);
	kd_target_init(&target, &profile);
	sim_machine_set_mail(&machine, KDBB_MAIL_COMMAND, KDBB_SPIN);
	sim_machine_set_mail(&machine, KDBB_MAIL_SEQUENCE, 1);
	sim_machine_set_mail(&machine, KDBB_MAIL_ARG0, 5);
	kd_store64(machine.context + KD_CONTEXT_RIP_OFFSET, SIM_SPIN_PC);
	sim_machine_resumed(&machine, 7);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(sim_machine_run(&machine, &target, 7), 7);
		assert_int_equal(machine.done, i + 1);
	}
	assert_true(sim_machine_run(&machine, &target, 7) == CLOCK_NEVER);
	assert_int_equal(sim_machine_mail(&machine, KDBB_MAIL_DONE), 1);
	for (unsigned i = 0; i < 5 * 256; i++)
		want = hash_u64(want);
	assert_true(machine.value == want);
	sim_machine_release(&machine);
}

/* --- what it is told is not believed ----------------------------------------
 */

static void test_native_target__ends_at_a_bad_index(void **state)
{
	static const struct kd_target_profile profile = {
		.byte_timeout_ns = NS_PER_S,
		.retries_first = 5,
		.retries = 5,
		.read_max = KD_DATA_MAX,
	};
	static struct sim_machine machine;
	static struct native_target target;
	struct ring_peer peer;
	struct link *link;
	struct err err = { 0 };
	struct proc proc;
	int words[2];
	char text[100] = "";

	(void)state;
	assert_int_equal(pipe(words), 0);
	assert_true(
		ring_link_open_process(&link, 4096, LINK_STREAM, &peer, &err));
	sim_machine_init(&machine, 1, 4096, 4096);
	assert_true(native_target_init(&target, &machine, &profile, &peer,
				       clock_tsc_hz(), &err));
	peer.area->to_guest.head.value = 0xdeadbeef;
	assert_true(proc_fork(&proc, native_target_run, &target,
			      (int[]){ peer.bell_in, peer.bell_out }, 2,
			      words[1], &err));
	assert_true(proc_wait(&proc, 10 * NS_PER_S));
	assert_true(WIFEXITED(proc.status));
	assert_int_equal(WEXITSTATUS(proc.status),
			 GUEST_EXIT_STATUS(GUEST_EXIT_PANIC));
	assert_true(read(words[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text,
			    "the debugger wrote a bad ring head: 0xdeadbeef\n");
	sim_machine_release(&machine);
	link_free(link);
	close(peer.life_fd);
	close(words[0]);
	close(words[1]);
}

/* An area that is not one of ours is never used. */
static void test_native_target__needs_rings(void **state)
{
	static const struct kd_target_profile profile = { .retries = 1 };
	static struct sim_machine machine;
	static struct native_target target;
	struct ring_peer peer;
	struct link *link;
	struct err err = { 0 };

	(void)state;
	assert_true(
		ring_link_open_process(&link, 4096, LINK_STREAM, &peer, &err));
	peer.area->size = 1 << 25;
	sim_machine_init(&machine, 1, 4096, 4096);
	assert_false(native_target_init(&target, &machine, &profile, &peer,
					clock_tsc_hz(), &err));
	assert_int_equal(err.kind, ERR_HOST);
	sim_machine_release(&machine);
	link_free(link);
	close(peer.life_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_native_target__computes_as_the_guest),
		cmocka_unit_test(test_native_target__ends_at_a_bad_index),
		cmocka_unit_test(test_native_target__needs_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
