/* SPDX-License-Identifier: MIT */
/* What the stand-in's half of the protocol asks of its machine. */
#include <string.h>

#include "bench/kd/sum.h"
#include "tests/support/bare.h"
#include "tests/support/standin.h"

uint8_t *standin_at(struct standin *s, uint64_t address)
{
	uint64_t offset = address - STANDIN_BASE;

	return offset < STANDIN_SIZE ? s->memory + offset : NULL;
}

static uint32_t present(uint64_t address, uint32_t len)
{
	uint64_t offset = address - STANDIN_BASE;

	if (offset >= STANDIN_SIZE)
		return 0;
	return len < STANDIN_SIZE - offset ? len
					   : (uint32_t)(STANDIN_SIZE - offset);
}

static uint32_t machine_read(void *env, bool physical, uint64_t address,
			     uint8_t *to, uint32_t len, uint32_t *sum)
{
	struct standin *s = env;
	uint32_t part;

	len = present(address, len);
	if (physical || !len)
		return 0;
	++*standin_at(s, STANDIN_FICKLE);
	part = kd_copy_sum(to, standin_at(s, address), len);
	if (sum)
		*sum += part;
	return len;
}

static uint32_t machine_write(void *env, bool physical, uint64_t address,
			      const uint8_t *from, uint32_t len)
{
	struct standin *s = env;
	uint8_t deaf = *standin_at(s, STANDIN_DEAF);

	len = present(address, len);
	if (physical || !len)
		return 0;
	s->writes++;
	s->breakpoints += len == 1 && *from == STANDIN_INT3;
	if (address <= STANDIN_ROM && STANDIN_ROM - address < len)
		len = (uint32_t)(STANDIN_ROM - address);
	memcpy(standin_at(s, address), from, len);
	*standin_at(s, STANDIN_DEAF) = deaf;
	return len;
}

static void machine_get_context(void *env, unsigned cpu, uint8_t *to)
{
	struct standin *s = env;

	(void)cpu;
	if (s->config.i386)
		kd_store32(s->context + KD_I386_EIP_OFFSET, (uint32_t)s->pc);
	else
		kd_store64(s->context + KD_CONTEXT_RIP_OFFSET, s->pc);
	memcpy(to, s->context, KD_CONTEXT_SIZE);
}

static void machine_set_context(void *env, unsigned cpu, const uint8_t *from,
				uint32_t len)
{
	struct standin *s = env;

	(void)cpu;
	memcpy(s->context, from, len);
	s->contexts_set++;
	if (s->config.i386)
		s->pc = (s->pc & ~UINT64_C(0xffffffff)) |
			kd_load32(s->context + KD_I386_EIP_OFFSET);
	else
		s->pc = kd_load64(s->context + KD_CONTEXT_RIP_OFFSET);
}

static void machine_version(void *env, struct kd_manipulate *m)
{
	struct standin *s = env;

	m->u.version.major = 0x000f;
	m->u.version.minor = 3790;
	m->u.version.protocol = 6;
	m->u.version.machine = s->config.i386 ? KD_MACHINE_I386
					      : KD_MACHINE_AMD64;
	m->u.version.flags = s->config.i386 ? 0 : KD_VERSION_PTR64;
	m->u.version.max_type = KD_TYPE_MAX;
	m->u.version.kern_base = STANDIN_BASE;
	if (s->config.list == STANDIN_NO_LIST)
		return;
	m->u.version.flags |= KD_VERSION_DATA;
	m->u.version.data_list =
		s->config.list == STANDIN_KDBG ? STANDIN_LIST_AT : 0x1000;
}

static void machine_resume(void *env, const struct kd_manipulate *m)
{
	struct standin *s = env;

	s->stepping = m->api == KD_API_CONTINUE2 && m->u.resume.trace;
	s->module_due = s->config.modules && !s->stepping && !s->module_due;
	/* Behind the INT3 the way back begins. */
	if (s->pc == STANDIN_BREAK + 1)
		s->pc = s->resume_at;
}

const struct kd_target_ops standin_ops = {
	.read = machine_read,
	.write = machine_write,
	.get_context = machine_get_context,
	.set_context = machine_set_context,
	.read_control = bare_read_control,
	.write_control = bare_write_control,
	.io = bare_io,
	.msr = bare_msr,
	.select = bare_select,
	.version = machine_version,
	.resume = machine_resume,
	.reboot = bare_reboot,
	.bugcheck = bare_bugcheck,
};
