/* SPDX-License-Identifier: MIT */
/* Ports, model-specific registers and buses (kd-protocol 3.8). */
#include "bench/kd/serve.h"

#define INTERFACE_ISA 1
#define SPACE_IO 1
#define PORT_MAX 0xffff

/* The checks of ReactOS in their order; on an error no data was moved. */
static uint32_t check_access(uint64_t address, uint32_t size)
{
	if (address & (size - 1))
		return KD_STATUS_MISALIGNED;
	if (size != 1 && size != 2 && size != 4)
		return KD_STATUS_INVALID_PARAMETER;
	return address > PORT_MAX ? KD_STATUS_INVALID_PARAMETER
				  : KD_STATUS_SUCCESS;
}

void kd_serve_io(struct kd_serving *s)
{
	bool write = s->m.api == KD_API_WRITE_IO ||
		     s->m.api == KD_API_WRITE_IO_EX;

	if (!write)
		s->m.u.io.value = 0;
	s->m.status = check_access(s->m.u.io.address, s->m.u.io.size);
	if (!kd_status_ok(s->m.status))
		s->m.u.io.size = 0;
	else
		s->ops->io(s->env, write, (uint16_t)s->m.u.io.address,
			   s->m.u.io.size, &s->m.u.io.value);
}

void kd_serve_io_ex(struct kd_serving *s)
{
	if (s->m.u.io.interface != INTERFACE_ISA || s->m.u.io.bus ||
	    s->m.u.io.space != SPACE_IO) {
		s->m.u.io.size = 0;
		kd_serve_fail(s);
		return;
	}
	kd_serve_io(s);
}

void kd_serve_msr(struct kd_serving *s)
{
	bool write = s->m.api == KD_API_WRITE_MSR;
	uint64_t value = s->m.u.msr.low | (uint64_t)s->m.u.msr.high << 32;

	if (!s->ops->msr(s->env, write, s->m.u.msr.number, &value)) {
		s->m.status = KD_STATUS_NO_SUCH_DEVICE;
		return;
	}
	s->m.u.msr.low = (uint32_t)value;
	s->m.u.msr.high = (uint32_t)(value >> 32);
}

/* Nothing is known to do it on amd64 (ReactOS kdx64.c). */
void kd_serve_bus_data(struct kd_serving *s)
{
	s->m.u.bus.length = 0;
	kd_serve_fail(s);
}
