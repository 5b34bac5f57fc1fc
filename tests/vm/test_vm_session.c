/* SPDX-License-Identifier: MIT */
/* Whole sessions against real guests on stock QEMU, over every transport. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define EVERY_STEP                                                      \
	"session:\n"                                                    \
	"  - connect\n"                                                 \
	"  - version: { count: 2 }\n"                                   \
	"  - registers: { count: 2 }\n"                                 \
	"  - read-memory: { name: bulk, size: 8000 }\n"                 \
	"  - read-memory: { name: word, count: 5, chunk: 8 }\n"         \
	"  - write-memory: { name: write, size: 6000 }\n"               \
	"  - step: { count: 3 }\n"                                      \
	"  - breakpoint: { count: 2 }\n"                                \
	"  - print-storm: { name: storm, count: 5, work: 10 }\n"        \
	"  - idle: { name: prompt, duration: 20ms }\n"                  \
	"  - idle: { name: running, duration: 20ms, state: running }\n" \
	"  - break-in: { count: 2 }\n"                                  \
	"  - continue\n"                                                \
	"  - wait: { duration: 20ms }\n"                                \
	"  - break-in: { name: last }\n"

static const char *const transports[] = {
	"transport: uart\n",
	"transport: uart-unthrottled\n",
	"transport: uart-unthrottled\ntransport.rx-trigger: 14\n"
	"transport.tx: burst\n",
	"transport: ring\n",
	"transport: byteport\n",
	"transport: virtio\n",
	"transport: virtio\nguest.spin: 0\ntransport.ioeventfd: on\n",
	"transport: ring\nhost.wait: spin\nguest.idle: poll\n",
	"transport: ring\nguest.spin: 0\nhost.spin: 0\n",
	"transport: ring\ntransport.size: 4KiB\n",
	"transport: ring-packet\n",
};

static char *scenario(const char *transport, const char *rest)
{
	return mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n%s%s",
			  transport, rest);
}

static void test_vm__every_step_works_over_every_transport(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		char *yaml = scenario(transports[i], EVERY_STEP);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		/* A loaded machine may cost a re-send, but never a byte. */
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s%s: %s", transports[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_true(r.trial.boot_ns > 0);
		assert_int_equal(rig_step(&r, "bulk")->payload_bytes, 8000);
		assert_int_equal(rig_step(&r, "write")->payload_bytes, 6000);
		assert_int_equal(rig_step(&r, "step")->ops, 3);
		assert_int_equal(rig_step(&r, "breakpoint")->ops, 2);
		assert_int_equal(rig_step(&r, "storm")->ops, 5);
		assert_int_equal(rig_step(&r, "break-in")->ops, 2);
		rig_release(&r);
		free(yaml);
	}
}

/* The guest counts its traps: a UART needs them for each byte, a ring not. */
static void test_vm__the_guest_counts_what_it_does(void **state)
{
	static const char steps[] = "session:\n"
				    "  - connect\n"
				    "  - read-memory: { name: read, "
				    "size: 20000 }\n";
	char *uart = scenario(transports[1], steps);
	char *ring = scenario(transports[3], steps);
	struct rig a, b;

	(void)state;
	rig_run(&a, uart, 0, 1, 1);
	rig_run(&b, ring, 0, 1, 1);
	assert_true(rig_step(&a, "read")->guest_valid);
	assert_true(rig_step(&a, "read")->guest[KDBB_PORT_WRITES] >= 20000);
	assert_true(rig_step(&a, "read")->guest[KDBB_BYTES_OUT] >= 20000);
	assert_int_equal(rig_step(&b, "read")->guest[KDBB_PORT_WRITES], 0);
	assert_true(rig_step(&b, "read")->guest[KDBB_BYTES_OUT] >= 20000);
	assert_true(rig_step(&b, "read")->guest[KDBB_BYTES_OUT] <= 30000);
	rig_release(&a);
	rig_release(&b);
	free(uart);
	free(ring);
}

/* Byte 5 of the third request, lost once: F04, and nothing else. */
static void test_vm__one_named_byte_is_lost_as_catalogued(void **state)
{
	static const char *const lines[] = {
		"transport: sim\n",
		"transport: uart-unthrottled\n",
		"transport: ring\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = scenario(
			lines[i],
			"faults:\n"
			"  to-target:\n"
			"    - drop: { packet: { class: request }, nth: 3, "
			"offset: 5 }\n"
			"session:\n"
			"  - connect\n"
			"  - read-memory: { name: read, count: 5, "
			"chunk: 64 }\n");
		struct rig r;

		if (i == 0) /* the simulator has no accelerator to choose */
			memmove(strstr(yaml, "accel: tcg\n"),
				strstr(yaml, "guest.pattern"),
				strlen(strstr(yaml, "guest.pattern")) + 1);
		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_RECOVERED);
		assert_int_equal(r.trial.trail.count, 1);
		assert_true(r.trial.has_suspect);
		assert_int_equal(r.trial.suspect.address.class, CLASS_REQUEST);
		assert_int_equal(r.trial.suspect.address.ordinal, 3);
		assert_int_equal(r.trial.suspect.offset, 5);
		assert_string_equal(r.trial.suspect.field, "type");
		assert_int_equal(r.trial.suspect.before, 0);
		/* F04: exactly one RESEND, and the request once more. */
		assert_int_equal(r.trial.counts.resends_in, 1);
		assert_int_equal(rig_step(&r, "read")->ops, 5);
		rig_release(&r);
		free(yaml);
	}
}

/* Is there an act of 'b' at the same address and byte as 'act'? */
static const struct fault_act *same_place(const struct rig *b,
					  const struct fault_act *act)
{
	for (size_t i = 0; i < b->trial.trail.count; i++) {
		const struct fault_act *other = &b->trial.trail.acts[i];

		if (other->dir == act->dir && other->offset == act->offset &&
		    memcmp(&other->address, &act->address,
			   sizeof(act->address)) == 0)
			return other;
	}
	return NULL;
}

/* Two runs of one seed: the same packets meet the same acts. */
static void test_vm__the_same_address_meets_the_same_act(void **state)
{
	char *yaml = scenario("transport: ring\n",
			      "faults:\n"
			      "  to-target:\n"
			      "    - flip: { probability: 2e-3 }\n"
			      "  to-debugger:\n"
			      "    - flip: { probability: 2e-4 }\n"
			      "session:\n"
			      "  - connect\n"
			      "  - read-memory: { size: 20000, chunk: 500 }\n");
	unsigned shared = 0;
	struct rig a, b;

	(void)state;
	rig_run(&a, yaml, 0, 3, 1);
	rig_run(&b, yaml, 0, 3, 1);
	assert_true(a.trial.trail.count > 0);
	for (size_t i = 0; i < a.trial.trail.count; i++) {
		const struct fault_act *one = &a.trial.trail.acts[i];
		const struct fault_act *two = same_place(&b, one);

		if (!two)
			continue;
		shared++;
		assert_string_equal(one->act, two->act);
		assert_int_equal(one->before ^ one->after,
				 two->before ^ two->after);
	}
	assert_true(shared > 0);
	rig_release(&a);
	rig_release(&b);
	free(yaml);
}

static bool long_tier(void)
{
	const char *tier = getenv("KDBENCH_TIER");

	return tier && strcmp(tier, "long") == 0;
}

static bool kvm_is_real(void)
{
	const struct qemu_config qemu = { "qemu-system-x86_64", "", "" };
	struct err err = { 0 };
	enum accel accel;
	char why[160];

	return accel_resolve(ACCEL_AUTO, &qemu, &accel, why, &err) &&
	       accel == ACCEL_KVM;
}

/* KVM wherever it opens; on machines where it emulates, this is a tiny check.
 */
static void test_vm__kvm_works_where_it_opens(void **state)
{
	static const char yaml[] = "name: t\n"
				   "transport: ring\n"
				   "accel: kvm\n"
				   "guest.pattern: 4KiB\n"
				   "guest.scratch: 4KiB\n"
				   "heal: { patience: 60s }\n"
				   "session:\n"
				   "  - connect\n"
				   "  - read-memory: { name: read, count: 2, "
				   "chunk: 64 }\n";
	struct rig r;

	(void)state;
	/*
	 * A KVM that emulates can take minutes to let go of a process: where
	 * 'auto' prefers TCG, this is for the long tier.
	 */
	if (!accel_kvm_opens() || (!kvm_is_real() && !long_tier()))
		skip();
	rig_run(&r, yaml, 0, 1, 1);
	if (r.trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	assert_int_equal(rig_step(&r, "read")->ops, 2);
	/* It counts why it left the guest. */
	assert_true(r.trial.exits_known);
	assert_true(r.trial.exits.of[EXIT_ALL] > 0);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_vm__every_step_works_over_every_transport),
		cmocka_unit_test(test_vm__the_guest_counts_what_it_does),
		cmocka_unit_test(test_vm__one_named_byte_is_lost_as_catalogued),
		cmocka_unit_test(test_vm__the_same_address_meets_the_same_act),
		cmocka_unit_test(test_vm__kvm_works_where_it_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
