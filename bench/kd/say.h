/* SPDX-License-Identifier: MIT */
/*
 * What a running target says and asks of its own accord: prints, traces,
 * prompts, files, modules that come and go, commands (kd-protocol 2.6, 2.8, 4,
 * 5). Each of these puts one packet on its way; then the machine is run (see
 * target.h) until the state is RUNNING again.
 *
 * Where they return bool, false means: skipped, since no debugger is present.
 * Texts are cut to what a packet holds.
 */
#ifndef KD_SAY_H
#define KD_SAY_H

#include "bench/kd/target.h"

/* DbgPrint of at most KD_PRINT_MAX bytes. */
bool kd_target_print(struct kd_target *t, const uint8_t *text, uint32_t len,
		     uint64_t now);

/* A trace record (TRACE_IO); nobody answers it. */
bool kd_target_trace(struct kd_target *t, const uint8_t *data, uint32_t len,
		     uint64_t now);

/*
 * A module was loaded or unloaded: a stop, at the place and on the CPU that 'e'
 * describes, which the debugger must continue. 'path' is 's->path_len' bytes,
 * NUL included, at most KD_STATE_DATA_MAX; NULL for none. If nobody takes it
 * the machine runs on.
 */
bool kd_target_symbols(struct kd_target *t, const struct kd_symbols *s,
		       const struct kd_exception *e, const char *path,
		       uint64_t now);

/* A stop to give the debugger a command; both texts end with a NUL. */
bool kd_target_command(struct kd_target *t, const struct kd_exception *e,
		       const char *name, const char *command, uint64_t now);

/*
 * DbgPrompt: ask for a line of at most 'max' bytes. It waits for ever: nobody
 * gives up a prompt.
 */
void kd_target_prompt(struct kd_target *t, const uint8_t *text, uint32_t len,
		      uint32_t max, uint64_t now);

/*
 * Ask for something of a file. 'data' is the name of a create, UTF-16LE with
 * its NUL, or what a write writes; at most KD_FILE_DATA_MAX bytes. Creating is
 * given up when nobody takes it, the rest is asked for ever.
 */
bool kd_target_file(struct kd_target *t, const struct kd_file_io *request,
		    const uint8_t *data, uint32_t len, uint64_t now);

/*
 * What came: the line that was typed. Empty if none came. It is valid until
 * the target is given its next byte.
 */
struct kd_span kd_target_line(const struct kd_target *t);

/*
 * The answer to a file request, and in *data what was read, at most what was
 * asked for. False: there is none, the request was given up. Valid as above.
 */
bool kd_target_file_answer(const struct kd_target *t, struct kd_file_io *answer,
			   struct kd_span *data);

/* --- for the other halves of the target ----------------------------------- */

/*
 * Something new begins: from now on 'want' is the type of packet waited for,
 * and the packet that follows may be given up if 'droppable'.
 */
void kd_target_begin(struct kd_target *t, uint16_t want, bool droppable,
		     uint64_t now);

/*
 * A stop begins, whose state change, at the place and on the CPU that 'e'
 * tells, is in t->state_change and t->state_len: send it.
 */
void kd_target_begin_stop(struct kd_target *t, const struct kd_exception *e,
			  uint64_t now);

/* Make 'e' the state change of the present stop. */
void kd_target_report(struct kd_target *t, const struct kd_exception *e);

/* Transmit the packet built in t->x.payload until it is acknowledged (2.6). */
void kd_target_send(struct kd_target *t, uint16_t type, uint32_t len,
		    enum kd_target_state after);

#endif
