/* SPDX-License-Identifier: MIT */
/*
 * What kept debuggers and targets busy resynchronising, on real guests: RESETs
 * that bounce (F36), and a target that counts polls for want of a clock (2.9).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

/* A busy machine must not make the target impatient. */
static enum verdict bounce(const char *transport, const char *input)
{
	char *yaml = mem_printf(
		"name: t\naccel: tcg\ntransport: %s\n"
		"guest.pattern: 64KiB\ntarget.byte-timeout: 2s\n"
		"target.reset-input: %s\ndebugger.profile: windbg\n"
		"heal: { rounds: 48 }\nfaults: { to-target: [ { stale: "
		"{ count: 3, packet: { class: reset } } } ] }\n"
		"session: [connect, version: { count: 150 }]\n",
		transport, input);
	enum verdict verdict;
	struct rig r;

	rig_run(&r, yaml, 0, 1, 1);
	verdict = (enum verdict)r.trial.verdict;
	print_message("%s, %s: %s %s\n", transport, input,
		      verdict_names[verdict], r.trial.detail);
	assert_int_equal(r.trial.trail.count, 1);
	rig_release(&r);
	free(yaml);
	return verdict;
}

/*
 * What else a machine does decides with: what piles up, and whether sixteen
 * answers in a row get through. One of three tries is enough.
 */
static bool once(const char *transport, const char *input, bool sticks)
{
	for (unsigned tries = 0; tries < 3; tries++) {
		enum verdict v = bounce(transport, input);

		if (sticks ? v == VERDICT_LIVELOCK : v <= VERDICT_RECOVERED)
			return true;
	}
	return false;
}

/* Three RESETs lie in the pipe: WinDbg never comes to an end with them. */
static void test_vm_bounce__never_ends(void **state)
{
	(void)state;
	assert_true(once("uart-unthrottled", "kept", true));
}

static void test_vm_bounce__ends_where_what_piled_up_is_discarded(void **state)
{
	(void)state;
	assert_true(once("uart-unthrottled", "discarded", false));
}

/* A slot holds one byte: what piled up is where the target cannot reach it. */
static void test_vm_bounce__cannot_be_cured_behind_a_byteport(void **state)
{
	(void)state;
	assert_true(once("byteport", "discarded", true));
}

/*
 * The first RESET is lost, so the target's first packet is unacknowledged for
 * 1.5 s: does it send it again by itself? The acts tell. By the clock it would,
 * after 400 us as after a second.
 */
static size_t copies_after(const char *transport, unsigned long polls)
{
	char *yaml = mem_printf(
		"name: t\naccel: tcg\ntransport: %s\n"
		"guest.pattern: 64KiB\ntarget: { timeout-unit: polls, "
		"poll-cost: measured, byte-polls: %lu }\n"
		"debugger.reset-timeout: 1500ms\nfaults:\n"
		"  to-target: [ { drop: { per: packet, limit: 1, "
		"packet: { class: reset } } } ]\n"
		"  to-debugger: [ { delay: { time: 1ns, copy: 1, nth: 1, "
		"packet: { class: state-change } } } ]\n"
		"session: [connect]\n",
		transport, polls);
	struct rig r;
	size_t acts;

	rig_run(&r, yaml, 0, 1, 1);
	assert_verdict(&r, VERDICT_RECOVERED);
	acts = r.trial.trail.count;
	rig_release(&r);
	free(yaml);
	return acts - 1;
}

static void test_vm_bounce__a_guest_counts_its_polls(void **state)
{
	static const char *const transports[] = { "uart-unthrottled", "ring" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		assert_int_equal(copies_after(transports[i], 400000), 1);
		assert_int_equal(copies_after(transports[i], 1000000000), 0);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test(test_vm_bounce__##name)
	const struct CMUnitTest tests[] = {
		TEST(never_ends),
		TEST(ends_where_what_piled_up_is_discarded),
		TEST(cannot_be_cured_behind_a_byteport),
		TEST(a_guest_counts_its_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
