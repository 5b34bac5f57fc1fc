/* SPDX-License-Identifier: MIT */
#include "tests/support/bare.h"

uint32_t bare_read_control(void *env, unsigned cpu, uint64_t selector,
			   uint8_t *to, uint32_t len)
{
	(void)env;
	(void)cpu;
	(void)selector;
	(void)to;
	(void)len;
	return 0;
}

uint32_t bare_write_control(void *env, unsigned cpu, uint64_t selector,
			    const uint8_t *from, uint32_t len)
{
	(void)env;
	(void)cpu;
	(void)selector;
	(void)from;
	(void)len;
	return 0;
}

void bare_io(void *env, bool write, uint16_t port, uint32_t size,
	     uint32_t *value)
{
	(void)env;
	(void)write;
	(void)port;
	(void)size;
	(void)value;
}

bool bare_msr(void *env, bool write, uint32_t number, uint64_t *value)
{
	(void)env;
	(void)write;
	(void)number;
	(void)value;
	return false;
}

/* There is but one CPU, so nobody can turn to another. */
void bare_select(void *env, unsigned cpu, struct kd_exception *e)
{
	(void)env;
	(void)cpu;
	(void)e;
}

void bare_reboot(void *env)
{
	(void)env;
}

void bare_bugcheck(void *env, uint32_t code)
{
	(void)env;
	(void)code;
}
