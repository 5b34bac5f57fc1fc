/* SPDX-License-Identifier: MIT */
/*
 * The debugged machine: kd_target with our memory and registers behind it, fed
 * from the line. What KdpSendWaitContinue is in Windows.
 */
#ifndef GUEST_STOP_H
#define GUEST_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/guest/line.h"
#include "bench/guest/params.h"
#include "bench/kd/io.h"
#include "bench/kd/state.h"

/* 'line' is borrowed for ever. */
void stop_init(const struct line *line, const struct params *p);

/*
 * The code in trap_stopped has stopped for 'code' (an NTSTATUS): report it and
 * serve the debugger until it continues.
 */
void stop_enter(uint32_t code);

/* Is somebody inside? Then an exception is our own fault. */
bool stop_active(void);

/*
 * DbgPrint. Returns when the debugger has acknowledged, or was given up. False:
 * skipped, no debugger is present.
 */
bool stop_print(const uint8_t *text, uint32_t len);

/*
 * Tell of a module: a stop, until the debugger continues. 'path' is s->path_len
 * bytes with its NUL.
 */
void stop_module(const struct kd_symbols *s, const char *path);

/* DbgPrompt: ask for a line of at most 'max' bytes. True: one came. */
bool stop_prompt(const uint8_t *text, uint32_t len, uint32_t max);

/*
 * Ask the debugger for something of a file (kd/say.h). False: there is nobody.
 * What was read is in *got until the line is used again.
 */
bool stop_file(const struct kd_file_io *request, const uint8_t *data,
	       uint32_t len, struct kd_file_io *answer, struct kd_span *got);

/* The next stage's KD takes over (kd_target_hand_over()). */
void stop_hand_over(void);

/*
 * Is there a breakpoint at 'address' that is only to be counted? stop_counts()
 * counts it, and tells the byte that belongs there.
 */
bool stop_counts(uint64_t address, uint8_t *byte);
bool stop_counts_at(uint64_t address);

/*
 * Take the line away from KD, for one who speaks something else on it, and give
 * it back. Interrupts are off meanwhile; *interrupts says whether they were on.
 */
const struct line *stop_lend_line(bool *interrupts);
void stop_return_line(bool interrupts);

/* Does the print just made end with a look for a break-in? */
bool stop_poll_due(void);

/* Running: look at one byte, as the clock interrupt does. True: break in. */
bool stop_poll(void);

/*
 * Running: nothing to do until a byte comes or 'until_ns' (TICKS_NEVER: none).
 * May return early.
 */
void stop_idle(uint64_t until_ns);

/*
 * Stop here with a breakpoint exception, reported at an INT3 as it should be,
 * though the CPU does not come across it: see trap_break in vector.S.
 */
static inline void stop_break(void)
{
	__asm__ volatile("call trap_break; int3" ::: "memory");
}

#endif
