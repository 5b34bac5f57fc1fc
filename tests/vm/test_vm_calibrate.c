/* SPDX-License-Identifier: MIT */
/* What single things cost a real guest: what there is, and which is more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/vm_guest.h"

static bool known(const struct step_record *r, enum kdbb_primitive primitive)
{
	return r->cost_ps[primitive] != SESSION_COST_UNKNOWN;
}

/* Orders of magnitude lie between these, whatever the load. */
static void assert_plausible(const struct step_record *r)
{
	const uint64_t *ps = r->cost_ps;

	assert_true(r->calibrated);
	assert_true(ps[KDBB_DO_NOTHING] > 0);
	assert_true(ps[KDBB_DO_PORT_READ] > ps[KDBB_DO_NOTHING]);
	assert_true(ps[KDBB_DO_PORT_WRITE] > ps[KDBB_DO_NOTHING]);
	assert_true(ps[KDBB_DO_COPY_KIB] > ps[KDBB_DO_NOTHING]);
	assert_true(ps[KDBB_DO_HALT_WAKE] > ps[KDBB_DO_PORT_READ]);
	for (unsigned i = 0; i < KDBB_PRIMITIVE_COUNT; i++)
		assert_true(known(r, i) || i == KDBB_DO_DOORBELL ||
			    i == KDBB_DO_MMIO_READ);
}

static void test_vm_calibrate__tells_what_the_device_has(void **state)
{
	static const struct {
		const char *transport;
		bool device; /* with a doorbell, and registers in memory */
	} lines[] = { { "uart-unthrottled", false }, { "ring", true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = mem_printf("name: t\naccel: tcg\n"
					"transport: %s\n"
					"guest.pattern: 64KiB\nsession:\n"
					"  - connect\n  - calibrate\n"
					"  - read-memory: { size: 8KiB }\n",
					lines[i].transport);
		const struct step_record *r;
		struct rig rig;

		rig_run(&rig, yaml, 0, 1, 1);
		if (rig.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s", lines[i].transport,
				 rig.trial.detail);
		r = rig_step(&rig, "calibrate");
		assert_plausible(r);
		assert_int_equal(known(r, KDBB_DO_DOORBELL), lines[i].device);
		assert_int_equal(known(r, KDBB_DO_MMIO_READ), lines[i].device);
		/* The doorbells have done no harm. */
		assert_int_equal(rig_step(&rig, "read-memory")->payload_bytes,
				 8192);
		rig_release(&rig);
		free(yaml);
	}
}

/* --- the order itself ---------------------------------------------------- */

static struct vm vm;

static uint64_t result(unsigned offset)
{
	uint8_t value[8];

	assert_true(vm_read(&vm, vm_field(&vm, KDBB_MAILBOX) + offset, value,
			    sizeof(value)));
	return kd_load64(value);
}

static void order(uint64_t primitive, uint64_t count)
{
	vm_order(&vm, KDBB_CALIBRATE, primitive, count, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_true(result(KDBB_MAIL_DONE) == vm.sequence);
}

static void test_vm_calibrate__does_as_much_as_it_is_told(void **state)
{
	uint64_t bells, reads;

	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.guest.pattern_size = 65536;
	assert_true(vm_connect(&vm) && vm_find_kdbb(&vm, vm.block));
	for (unsigned i = 0; i < KDBB_PRIMITIVE_COUNT; i++) {
		order(i, 1500);
		assert_int_equal(result(KDBB_MAIL_RESULT0), 1500);
		assert_true(result(KDBB_MAIL_RESULT1) > 0);
	}
	order(KDBB_PRIMITIVE_COUNT, 1500);
	assert_int_equal(result(KDBB_MAIL_RESULT0), 0);
	order(KDBB_DO_NOTHING, 0);
	assert_int_equal(result(KDBB_MAIL_RESULT0), 0);
	reads = vm_counter(&vm, KDBB_MMIO_READS);
	order(KDBB_DO_MMIO_READ, 77);
	assert_int_equal(vm_counter(&vm, KDBB_MMIO_READS), reads + 77);
	bells = vm_counter(&vm, KDBB_DOORBELLS);
	order(KDBB_DO_DOORBELL, 77);
	assert_true(vm_counter(&vm, KDBB_DOORBELLS) >= bells + 77);
	/* What nobody would wait for can be broken into. */
	for (unsigned i = 0; i < 2; i++) {
		vm_order(&vm, KDBB_CALIBRATE,
			 i ? KDBB_DO_HALT_WAKE : KDBB_DO_PORT_READ, UINT64_MAX,
			 0);
		vm_go(&vm, false);
		vm_break_in(&vm);
	}
	order(KDBB_DO_COPY_KIB, 3);
	assert_int_equal(result(KDBB_MAIL_RESULT0), 3);
	vm_stop(&vm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_calibrate__tells_what_the_device_has),
		cmocka_unit_test(test_vm_calibrate__does_as_much_as_it_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
