/* SPDX-License-Identifier: MIT */
/* Targets that refuse, and targets that lie: each step must notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/puppet.h"

static struct puppet puppet;

/* Steps that complete by one reply to an API, which can go wrong. */
static const struct {
	const char *step;
	uint32_t api;
	const char *name; /* in the detail, if it is refused */
	uint16_t offset;  /* a byte of it, to be changed */
	const char *lie;  /* what the detail says then; NULL: cannot be known */
} steps[] = {
	{ "read-memory", KD_API_READ_VIRTUAL, "ReadVirtualMemory", 60,
	  "should be" },
	{ "read-memory: { rate: 1MiB/s, count: 3 }", KD_API_READ_VIRTUAL,
	  "ReadVirtualMemory", 60, "should be" },
	{ "sweep", KD_API_READ_VIRTUAL, "ReadVirtualMemory", 60, "should be" },
	{ "read-physical", KD_API_READ_PHYSICAL, "ReadPhysicalMemory", 60,
	  "should be" },
	{ "dump: { size: 8KiB }", KD_API_READ_PHYSICAL, "ReadPhysicalMemory",
	  60, "should be" },
	{ "write-memory", KD_API_WRITE_VIRTUAL, "WriteVirtualMemory", 0x1c,
	  "bytes written of" },
	{ "write-physical", KD_API_WRITE_PHYSICAL, "WritePhysicalMemory", 0x1c,
	  "bytes written of" },
	{ "reconnect", KD_API_READ_VIRTUAL, "ReadVirtualMemory", 56,
	  "first word" },
	{ "registers", KD_API_GET_CONTEXT, "GetContext", 56 + 0xf8,
	  "CONTEXT says pc" },
	{ "set-registers", KD_API_GET_CONTEXT, "GetContext", 56 + 0x78,
	  "not those that were set" },
	{ "set-registers", KD_API_SET_CONTEXT, "SetContext", 0, NULL },
	{ "control-space", KD_API_READ_CONTROL, "ReadControlSpace", 56,
	  "cannot be" },
	{ "read-msr", KD_API_READ_MSR, "ReadMachineSpecificRegister", 0x15,
	  "cannot be" },
	{ "read-port", KD_API_READ_IO, "ReadIoSpace", 0x1d, "cannot be" },
	{ "search", KD_API_SEARCH_MEMORY, "SearchMemory", 0x10,
	  "was found at" },
	{ "fill", KD_API_FILL_MEMORY, "FillMemory", 0, NULL },
	{ "clear-breakpoint: { handle: 3 }", KD_API_RESTORE_BREAKPOINT,
	  "RestoreBreakPoint", 0, NULL },
	{ "breakpoint-loop", KD_API_WRITE_BREAKPOINT, "WriteBreakPoint", 0,
	  NULL },
	{ "file-transfer: { size: 8KiB }", KD_API_READ_VIRTUAL,
	  "the guest's result", 64, "bytes of the file right" },
	{ "prompt: { count: 2 }", KD_API_READ_VIRTUAL, "the guest's result", 64,
	  "lines answered" },
	{ "module-storm: { count: 2 }", KD_API_READ_VIRTUAL,
	  "the guest's result", 64, "modules told" },
	{ "calibrate", KD_API_READ_VIRTUAL, "the guest's result", 64,
	  "pieces" },
	{ "hardware-breakpoint", KD_API_SET_CONTEXT, "SetContext", 0, NULL },
	{ "attach", KD_API_SET_CONTEXT, "SetContext", 0, NULL },
	{ "attach", KD_API_GET_VERSION, "GetVersion", 0, NULL },
	{ "attach", KD_API_READ_VIRTUAL, "reading the module list", 0, NULL },
	{ "step: { as: windbg }", KD_API_READ_CONTROL, "ReadControlSpace", 56,
	  "cannot be" },
	{ "step: { as: windbg }", KD_API_WRITE_CONTROL, "WriteControlSpace", 0,
	  NULL },
	{ "conditional-breakpoint", KD_API_WRITE_BREAKPOINT, "WriteBreakPoint",
	  0, NULL },
	{ "conditional-breakpoint", KD_API_RESTORE_BREAKPOINT,
	  "RestoreBreakPoint", 0, NULL },
	{ "reload", KD_API_READ_VIRTUAL, "ReadVirtualMemory", 0, NULL },
	{ "reload", KD_API_GET_VERSION, "GetVersion", 0, NULL },
	{ "process-list", KD_API_READ_VIRTUAL, "ReadVirtualMemory", 0, NULL },
	{ "boot: { count: 5 }", KD_API_WRITE_VIRTUAL,
	  "giving the guest its list", 0, NULL },
	{ "break-in: { while: storm }", KD_API_WRITE_VIRTUAL,
	  "giving the guest its order", 0, NULL },
};

/* The one packet whose turn it is. */
static size_t which;

static char *session_of(const char *step)
{
	return mem_printf("  - connect\n  - %s\n", step);
}

/* After 'connect' the reply fails: no such thing. */
static void refuse(struct puppet *p, uint16_t type, uint8_t *payload,
		   uint16_t *len)
{
	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT ||
	    kd_load32(payload) != steps[which].api)
		return;
	kd_store32(payload + 8, KD_STATUS_UNSUCCESSFUL);
	*len = KD_MANIPULATE_SIZE;
}

static void test_sim_lies__what_is_refused_is_named(void **state)
{
	(void)state;
	for (which = 0; which < ARRAY_SIZE(steps); which++) {
		char *session = session_of(steps[which].step);
		char *want = mem_printf("%s failed with status 0xc0000001",
					steps[which].name);

		puppet.change = refuse;
		puppet_run(&puppet, session);
		assert_ended(&puppet, VERDICT_GAVE_UP, want);
		free(want);
		free(session);
	}
}

/* After 'connect' one byte of each such reply is another one. */
static void lie(struct puppet *p, uint16_t type, uint8_t *payload,
		uint16_t *len)
{
	uint16_t offset = steps[which].offset;

	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT || offset >= *len ||
	    kd_load32(payload) != steps[which].api)
		return;
	payload[offset] ^= payload[offset] & 4 ? 5 : 1;
}

static void test_sim_lies__wrong_data_is_corrupt(void **state)
{
	(void)state;
	for (which = 0; which < ARRAY_SIZE(steps); which++) {
		char *session;

		if (!steps[which].lie)
			continue;
		session = session_of(steps[which].step);
		puppet.change = lie;
		puppet_run(&puppet, session);
		assert_ended(&puppet, VERDICT_CORRUPT, steps[which].lie);
		free(session);
	}
}

/* Stops that are not what they should be, from the n-th of a step on. */
static const struct {
	const char *step;
	uint32_t state;
	unsigned nth;
	uint16_t offset;
	enum verdict verdict;
	const char *detail;
} stops[] = {
	{ "module-storm: { count: 5, unload: true }", KD_STATE_LOAD_SYMBOLS, 3,
	  KD_STATE_SIZE + 3, VERDICT_CORRUPT, "notice 3 is not" },
	{ "module-storm: { count: 5, unload: true }", KD_STATE_LOAD_SYMBOLS, 4,
	  0x40, VERDICT_CORRUPT, "notice 4 is not" },
	{ "boot", KD_STATE_LOAD_SYMBOLS, 7, KD_STATE_SIZE + 3, VERDICT_CORRUPT,
	  "what came is not event" },
	{ "boot", KD_STATE_LOAD_SYMBOLS, 0, 0x40, VERDICT_CORRUPT,
	  "what came is not event" },
	{ "switch-processor", KD_STATE_EXCEPTION, 0, 0x06, VERDICT_CORRUPT,
	  "processor 1 reported, not 0" },
	{ "step-loop: { count: 200 }", KD_STATE_EXCEPTION, 100, 0x18,
	  VERDICT_CORRUPT, "out of the loop's order" },
	{ "breakpoint-loop: { count: 5 }", KD_STATE_EXCEPTION, 4, 0x18,
	  VERDICT_SPURIOUS_STOP, "the last request was Continue2" },
	{ "hardware-breakpoint", KD_STATE_EXCEPTION, 0, 0xc0,
	  VERDICT_SPURIOUS_STOP, "during step 'hardware-breakpoint'" },
	{ "file-transfer: { size: 8KiB }", KD_STATE_EXCEPTION, 0, 0x20,
	  VERDICT_COMPLETED, "" }, /* however it ends, the result counts */
};

static void lie_of_stop(struct puppet *p, uint16_t type, uint8_t *payload,
			uint16_t *len)
{
	if (type != KD_STATE_CHANGE64 || !p->s.step ||
	    p->s.step->kind == STEP_CONNECT ||
	    kd_load32(payload) != stops[which].state ||
	    stops[which].offset >= *len || p->count++ < stops[which].nth)
		return;
	payload[stops[which].offset] ^= 1;
}

static void test_sim_lies__wrong_stops_are_noticed(void **state)
{
	(void)state;
	for (which = 0; which < ARRAY_SIZE(stops); which++) {
		char *session = session_of(stops[which].step);

		puppet.change = lie_of_stop;
		puppet_run(&puppet, session);
		assert_ended(&puppet, stops[which].verdict,
			     stops[which].detail);
		free(session);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_lies__what_is_refused_is_named),
		cmocka_unit_test(test_sim_lies__wrong_data_is_corrupt),
		cmocka_unit_test(test_sim_lies__wrong_stops_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
