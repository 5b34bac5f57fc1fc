/* SPDX-License-Identifier: MIT */
#include "bench/session/step_settings.h"

#include "bench/session/session.h"

#define STEP(field) offsetof(struct step, field)

#define GIB (UINT64_C(1) << 30)
#define FILE_CHUNK_MAX_TEXT "3936" /* 4000 - 64 */
#define FILE_CHUNK_MAX 3936
#define PROCESSORS_MAX 65535
#define HANDLES_MAX 32

#define VERIFY(help)                                                           \
	{                                                                      \
		"verify", SETTING_BOOL, STEP(verify), "true", help, NULL, 0, 0 \
	}

const struct setting step_dump_settings[] = {
	{ "pieces", SETTING_ENUM, STEP(how), "page",
	  "an operation: a page, in two requests of 3944 and 152 bytes, or a "
	  "packet of 3944",
	  "page|packet", 0, 0 },
	STEP_WHOLE_SIZE,
	VERIFY("compare what came with the pattern"),
	{ 0 },
};

const struct setting step_search_settings[] = {
	{ "length", SETTING_SIZE, STEP(length), "64KiB",
	  "bytes searched, from the beginning of the pattern", NULL, 8, GIB },
	{ 0 },
};

const struct setting step_fill_settings[] = {
	{ "length", SETTING_SIZE, STEP(length), "4KiB",
	  "bytes filled by each request", NULL, 1, GIB },
	{ "physical", SETTING_BOOL, STEP(physical), "false",
	  "by physical addresses", NULL, 0, 0 },
	VERIFY("look for them in the target's memory, out of band"),
	{ 0 },
};

const struct setting step_set_settings[] = {
	{ "pc", SETTING_COUNT, STEP(pc), "unchanged",
	  "where the target is to go on; it may be its end", "unchanged", 0,
	  0 },
	{ 0 },
};

const struct setting step_control_settings[] = {
	{ "selector", SETTING_COUNT, STEP(number), "special",
	  "which space: 0 to 3, or an offset on i386", "special", 0, 0 },
	VERIFY("look whether the special registers can be true"),
	{ 0 },
};

const struct setting step_msr_settings[] = {
	{ "number", SETTING_COUNT, STEP(number), "0xc0000080",
	  "of the register; 0xc0000080 is EFER", NULL, 0, UINT32_MAX },
	VERIFY("look whether the value of EFER can be true"),
	{ 0 },
};

const struct setting step_port_settings[] = {
	{ "port", SETTING_COUNT, STEP(number), "0x3fd",
	  "its number; 0x3fd is the line status of COM1", NULL, 0, UINT16_MAX },
	{ "width", SETTING_ENUM, STEP(width), "1", "bytes read at once",
	  "1|2|4", 0, 0 },
	VERIFY("look whether the value can be true"),
	{ 0 },
};

const struct setting step_clear_settings[] = {
	{ "handle", SETTING_COUNT, STEP(number), "each",
	  "of a breakpoint that is there; each: 1 to 32 in turn, whether it "
	  "is or not",
	  "each", 1, HANDLES_MAX },
	{ 0 },
};

const struct setting step_hardware_settings[] = {
	{ "on", SETTING_ENUM, STEP(how), "execute",
	  "what hits it: running through, or writing to, an address",
	  "execute|write", 0, 0 },
	{ 0 },
};

const struct setting step_switch_settings[] = {
	{ "processor", SETTING_COUNT, STEP(number), "0",
	  "which one; if it is not there, the current one reports", NULL, 0,
	  PROCESSORS_MAX },
	VERIFY("look which one reports"),
	{ 0 },
};

const struct setting step_expect_settings[] = {
	{ "code", SETTING_COUNT, STEP(code), "0x80000003",
	  "of the exception; 0x80000003 is a breakpoint", NULL, 0, UINT32_MAX },
	{ "address", SETTING_COUNT, STEP(address), "any", "where it stops",
	  "any", 0, 0 },
	{ 0 },
};

const struct setting step_module_settings[] = {
	{ "unload", SETTING_BOOL, STEP(unload), "false",
	  "tell of each being unloaded too", NULL, 0, 0 },
	VERIFY("compare each path with what the guest must have told"),
	{ 0 },
};

const struct setting step_file_settings[] = {
	{ "chunk", SETTING_SIZE, STEP(chunk), FILE_CHUNK_MAX_TEXT,
	  "bytes that the guest asks for at once", NULL, 1, FILE_CHUNK_MAX },
	{ 0 },
};

const struct setting step_wild_settings[] = {
	{ "how", SETTING_ENUM, STEP(how), "interrupts-off",
	  "what it loses: interrupts, the IDT, or its stack",
	  "interrupts-off|no-idt|no-stack", 0, 0 },
	{ 0 },
};

const struct setting step_sweep_settings[] = {
	{ "from", SETTING_RATE, STEP(from), "4KiB/s", "the first rate", NULL, 1,
	  STEP_RATE_MAX },
	{ "to", SETTING_RATE, STEP(to), "max",
	  "the last rate; max: as far as 1GiB/s, but no further than two "
	  "points in a row that get less than 90% of what they ask for",
	  "max", 1, STEP_RATE_MAX },
	{ "points", SETTING_COUNT, STEP(points), "19",
	  "how many rates, each the same factor above the last", NULL, 1,
	  SWEEP_POINTS_MAX },
	{ "each", SETTING_DURATION, STEP(each_ns), "300ms",
	  "time for each rate, or what 4 requests take, if that is more", NULL,
	  UINT64_C(250000000), UINT64_C(60000000000) },
	{ "chunk", SETTING_SIZE, STEP(chunk), "1KiB", "bytes per request", NULL,
	  1, KD_DATA_MAX },
	VERIFY("compare what came with the pattern"),
	{ 0 },
};
