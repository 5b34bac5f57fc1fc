/* SPDX-License-Identifier: MIT */
/* The end: last words on the log port, then out through the exit device. */
#ifndef GUEST_PANIC_H
#define GUEST_PANIC_H

#include <stddef.h>
#include <stdint.h>

#include "bench/guest/contract.h"

/* "<text>\n" */
_Noreturn void panic(const char *text);

/* "<text>: 0x<number>\n" */
_Noreturn void panic_number(const char *text, uint64_t number);

/* "<text> '<what>'\n"; 'what' is 'len' printable bytes. */
_Noreturn void panic_about(const char *text, const char *what, size_t len);

/* "bugcheck 0x<code>, as requested\n"; the end that a debugger asked for. */
_Noreturn void panic_bugcheck(uint32_t code);

/* One byte to the log. */
void panic_log(char byte);

/* Leave without a word. */
_Noreturn void panic_exit(enum guest_exit code);

#endif
