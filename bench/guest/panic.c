/* SPDX-License-Identifier: MIT */
#include "bench/guest/panic.h"

#include "bench/guest/port.h"

void panic_log(char byte)
{
	port_out8(GUEST_LOG_PORT, (uint8_t)byte);
}

static void log_text(const char *text)
{
	while (*text)
		panic_log(*text++);
}

static void log_number(uint64_t number)
{
	log_text("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		panic_log("0123456789abcdef"[number >> shift & 0xf]);
}

_Noreturn void panic_exit(enum guest_exit code)
{
	port_out32(GUEST_EXIT_PORT, code);
	for (;;)
		__asm__ volatile("cli; hlt");
}

_Noreturn void panic(const char *text)
{
	log_text(text);
	panic_log('\n');
	panic_exit(GUEST_EXIT_PANIC);
}

_Noreturn void panic_number(const char *text, uint64_t number)
{
	log_text(text);
	log_text(": ");
	log_number(number);
	panic("");
}

_Noreturn void panic_bugcheck(uint32_t code)
{
	log_text("bugcheck ");
	log_number(code);
	log_text(", as requested\n");
	panic_exit(GUEST_EXIT_BUGCHECK);
}

_Noreturn void panic_about(const char *text, const char *what, size_t len)
{
	log_text(text);
	log_text(" '");
	for (size_t i = 0; i < len; i++)
		panic_log(what[i]);
	panic("'");
}
