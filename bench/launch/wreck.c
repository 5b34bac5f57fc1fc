/* SPDX-License-Identifier: MIT */
#include "bench/launch/wreck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/launch/ram.h"

#define COMMAND_NS (5 * NS_PER_S)
#define PAGE UINT64_C(4096)

/* cli; hlt; and again, if something wakes it all the same. */
static const uint8_t cli_hlt[] = { 0xfa, 0xf4, 0xeb, 0xfc };

/* What the bytes of wrecked memory are: as an instruction, an undefined one. */
#define WRECKAGE 0xff

/* --- where it is ------------------------------------------------------------
 */

/* The monitor for people: the other one does not tell registers. */
static bool monitor(struct qemu *q, const char *line, char *answer, size_t len,
		    struct err *err)
{
	json_t *result = NULL;

	if (!qmp_execute(q->qmp, "human-monitor-command",
			 json_pack("{s:s}", "command-line", line), &result,
			 COMMAND_NS, err))
		return false;
	snprintf(answer, len, "%s",
		 json_is_string(result) ? json_string_value(result) : "");
	json_decref(result);
	return true;
}

/* The number behind 'name', as in "CR3=0000000000104000". */
static bool find(const char *text, const char *name, uint64_t *value)
{
	const char *at = strstr(text, name);
	char *end;

	if (!at)
		return false;
	at += strlen(name);
	*value = strtoull(at, &end, 16);
	return end != at;
}

/* Physical, of a virtual address of the guest's; false: it has none. */
static bool physical(struct qemu *q, uint64_t address, uint64_t *at,
		     struct err *err)
{
	char line[48], answer[128];

	snprintf(line, sizeof(line), "gva2gpa 0x%llx",
		 (unsigned long long)address);
	return monitor(q, line, answer, sizeof(answer), err) &&
	       (find(answer, "gpa: 0x", at) ||
		err_set(err, ERR_HOST, "QEMU maps no memory at 0x%llx",
			(unsigned long long)address));
}

/* --- overwriting it ---------------------------------------------------------
 */

static bool write_ram(struct qemu *q, uint64_t at, const void *bytes,
		      uint8_t fill, uint64_t len, struct err *err)
{
	if (ram_extent(at, len, q->memory_size) < len)
		return err_set(err, ERR_HOST, "no RAM to wreck at 0x%llx",
			       (unsigned long long)at);
	if (bytes)
		memcpy(q->memory + at, bytes, len);
	else
		memset(q->memory + at, fill, len);
	return true;
}

/* Of the code that it is in the midst of: the page, or the next bytes. */
static bool wreck_code(struct qemu *q, uint64_t pc, bool page, struct err *err)
{
	uint64_t at;

	if (!physical(q, pc, &at, err))
		return false;
	if (page)
		return write_ram(q, at & ~(PAGE - 1), NULL, WRECKAGE, PAGE,
				 err);
	return write_ram(q, at, cli_hlt, 0, sizeof(cli_hlt), err);
}

static bool overwrite(struct qemu *q, enum launch_wreck what, struct err *err)
{
	uint64_t pc, cr3, idt;
	char text[4096];

	if (!monitor(q, "info registers", text, sizeof(text), err))
		return false;
	if (!find(text, "RIP=", &pc) || !find(text, "CR3=", &cr3) ||
	    !find(text, "IDT=", &idt))
		return err_set(err, ERR_HOST, "QEMU tells no registers");
	switch (what) {
	case LAUNCH_WRECK_STUB: return wreck_code(q, pc, true, err);
	case LAUNCH_WRECK_CLI_HLT: return wreck_code(q, pc, false, err);
	case LAUNCH_WRECK_PAGE_TABLES:
		return write_ram(q, cr3 & ~(PAGE - 1), NULL, 0, PAGE, err);
	default:
		return physical(q, idt, &idt, err) &&
		       write_ram(q, idt, NULL, 0, PAGE, err);
	}
}

/*
 * TCG does not see what others write into the RAM: it goes on in what it has
 * translated. Translations for another way of chaining them are others, made
 * from the memory as it is.
 */
static bool translate_anew(struct qemu *q, enum accel accel, struct err *err)
{
	char answer[128];

	return accel != ACCEL_TCG ||
	       monitor(q, "log nochain", answer, sizeof(answer), err);
}

bool wreck_guest(struct qemu *q, enum accel accel, enum launch_wreck what,
		 struct err *err)
{
	return qmp_execute(q->qmp, "stop", NULL, NULL, COMMAND_NS, err) &&
	       overwrite(q, what, err) && translate_anew(q, accel, err) &&
	       qmp_execute(q->qmp, "cont", NULL, NULL, COMMAND_NS, err);
}
