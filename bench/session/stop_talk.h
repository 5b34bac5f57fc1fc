/* SPDX-License-Identifier: MIT */
/*
 * What WinDbg asks at each stop before it shows its prompt, and what it says
 * before it lets the target go (kd-protocol 8.1): rows for dialogues. They
 * leave the registers in s->talk. Private to bench/session.
 */
#ifndef SESSION_STOP_TALK_H
#define SESSION_STOP_TALK_H

#include "bench/session/talk.h"

/*
 * The registers: GetContextEx; where that is refused GetContext; the special
 * ones. They are those of the stop, or the session ends.
 */
bool stop_ask_context_ex(struct session *s);
void stop_on_context_ex(struct session *s, struct kd_span data);
bool stop_ask_context(struct session *s);
void stop_on_context(struct session *s, struct kd_span data);
bool stop_ask_special(struct session *s);
void stop_on_special(struct session *s, struct kd_span data);

#define STOP_GET_REGISTERS                                \
	{ stop_ask_context_ex, stop_on_context_ex, 1 },   \
		{ stop_ask_context, stop_on_context, 1 }, \
	{                                                 \
		stop_ask_special, stop_on_special, 1      \
	}

/* The same registers are written back. */
bool stop_ask_set_context(struct session *s);
void stop_on_set_context(struct session *s, struct kd_span data);
bool stop_ask_set_special(struct session *s);
void stop_on_set_special(struct session *s, struct kd_span data);

/* Once more, if it was refused because of what became of the line. */
bool stop_ask_set_again(struct session *s);
void stop_on_set_again(struct session *s, struct kd_span data);

#define STOP_SET_REGISTERS                                    \
	{ stop_ask_set_context, stop_on_set_context, 1 },     \
		{ stop_ask_context, stop_on_context, 1 },     \
		{ stop_ask_set_again, stop_on_set_again, 1 }, \
	{                                                     \
		stop_ask_set_special, stop_on_set_special, 1  \
	}

/* The code segment's descriptor: 8 bytes of the GDT, or 128 from there on. */
bool stop_ask_gdt(struct session *s);
bool stop_ask_long_gdt(struct session *s);
void stop_on_gdt(struct session *s, struct kd_span data);

/* The code at the program counter, and behind it: 128 bytes each. */
bool stop_ask_code(struct session *s);
void stop_on_code(struct session *s, struct kd_span data);

/* All of it, up to the prompt. */
#define STOP_PROLOGUE                                         \
	STOP_GET_REGISTERS, { stop_ask_gdt, stop_on_gdt, 1 }, \
	{                                                     \
		stop_ask_code, stop_on_code, 2                \
	}

/* The program counter and the stack pointer that the registers hold. */
uint64_t stop_pc(const struct session *s);
uint64_t stop_sp(const struct session *s);

/* Did the target stop for this reason (KD_CODE_*)? */
bool stop_is(const struct session *s, uint32_t code);

#endif
