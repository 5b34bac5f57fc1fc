/* SPDX-License-Identifier: MIT */
#include "bench/guest/ops.h"

#include "bench/guest/block.h"
#include "bench/guest/context.h"
#include "bench/guest/memory.h"
#include "bench/guest/panic.h"
#include "bench/guest/port.h"
#include "bench/guest/special.h"
#include "bench/guest/trap.h"

static const struct line *line;

void ops_init(const struct line *l)
{
	line = l;
}

static uint32_t op_read(void *env, bool physical, uint64_t address, uint8_t *to,
			uint32_t len, uint32_t *sum)
{
	(void)env;
	(void)physical;
	return memory_read(address, to, len, sum);
}

static uint32_t op_write(void *env, bool physical, uint64_t address,
			 const uint8_t *from, uint32_t len)
{
	(void)env;
	(void)physical;
	return memory_write(address, from, len);
}

static void op_get_context(void *env, unsigned cpu, uint8_t *to)
{
	(void)env;
	context_get(cpu, to);
}

static void op_set_context(void *env, unsigned cpu, const uint8_t *from,
			   uint32_t len)
{
	(void)env;
	context_set(cpu, from, len);
}

static uint32_t op_read_control(void *env, unsigned cpu, uint64_t selector,
				uint8_t *to, uint32_t len)
{
	(void)env;
	return special_read(cpu, selector, to, len);
}

static uint32_t op_write_control(void *env, unsigned cpu, uint64_t selector,
				 const uint8_t *from, uint32_t len)
{
	(void)env;
	return special_write(cpu, selector, from, len);
}

static void op_io(void *env, bool write, uint16_t port, uint32_t size,
		  uint32_t *value)
{
	(void)env;
	if (size == 1 && write)
		port_out8(port, (uint8_t)*value);
	else if (size == 1)
		*value = port_in8(port);
	else if (size == 2 && write)
		port_out16(port, (uint16_t)*value);
	else if (size == 2)
		*value = port_in16(port);
	else if (write)
		port_out32(port, *value);
	else
		*value = port_in32(port);
}

static bool op_msr(void *env, bool write, uint32_t number, uint64_t *value)
{
	(void)env;
	return trap_msr(value, number, write);
}

static void op_select(void *env, unsigned cpu, struct kd_exception *e)
{
	(void)env;
	context_describe(cpu, e);
}

static void op_version(void *env, struct kd_manipulate *m)
{
	(void)env;
	block_version(m);
}

static void op_resume(void *env, const struct kd_manipulate *m)
{
	const struct kd_target *t = env;

	if (m->api == KD_API_CONTINUE2 && kd_status_ok(m->u.resume.status))
		context_control(t->processor, m->u.resume.trace != 0,
				m->u.resume.dr7);
}

static void op_reboot(void *env)
{
	(void)env;
	line->drain();
	panic_exit(GUEST_EXIT_REBOOT);
}

static void op_bugcheck(void *env, uint32_t code)
{
	(void)env;
	line->drain();
	panic_bugcheck(code);
}

const struct kd_target_ops ops_machine = {
	.read = op_read,
	.write = op_write,
	.get_context = op_get_context,
	.set_context = op_set_context,
	.read_control = op_read_control,
	.write_control = op_write_control,
	.io = op_io,
	.msr = op_msr,
	.select = op_select,
	.version = op_version,
	.resume = op_resume,
	.reboot = op_reboot,
	.bugcheck = op_bugcheck,
};
