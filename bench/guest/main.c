/* SPDX-License-Identifier: MIT */
/* The order of things: parameters, memory, traps, line, and the first stop. */
#include "bench/guest/apic.h"
#include "bench/guest/block.h"
#include "bench/guest/calibrate.h"
#include "bench/guest/cpu.h"
#include "bench/guest/line.h"
#include "bench/guest/paging.h"
#include "bench/guest/panic.h"
#include "bench/guest/params.h"
#include "bench/guest/port.h"
#include "bench/guest/stop.h"
#include "bench/guest/ticks.h"
#include "bench/guest/trap.h"
#include "bench/guest/workload.h"

#define CALIBRATE_LOOPS 20000
#define CALIBRATE_PORT_READS 500
#define UNUSED_PORT 0x80

_Noreturn void guest_main(void);

/* How fast is this machine? Whoever reads the log takes the time. */
_Noreturn static void calibrate(void)
{
	panic_log(GUEST_CALIBRATE_BEGIN);
	for (unsigned i = 0; i < CALIBRATE_LOOPS; i++)
		__asm__ volatile("" ::: "memory");
	for (unsigned i = 0; i < CALIBRATE_PORT_READS; i++)
		(void)port_in8(UNUSED_PORT);
	panic_log(GUEST_CALIBRATE_END);
	panic_exit(GUEST_EXIT_CALIBRATED);
}

static const struct line *open_line(const struct params *p)
{
	static const struct line *(*const opens[])(const struct params *) = {
		[TRANSPORT_UART] = serial_open,
		[TRANSPORT_BYTEPORT] = byteport_open,
		[TRANSPORT_VIRTIO] = virtio_open,
		[TRANSPORT_IVSHMEM] = ivshmem_open,
	};

	return opens[p->transport](p);
}

_Noreturn static void wreck(const struct params *p)
{
	if (p->transport == TRANSPORT_BYTEPORT)
		byteport_wreck();
	if (p->transport == TRANSPORT_IVSHMEM)
		ivshmem_wreck();
	panic("nothing to wreck");
}

_Noreturn void guest_main(void)
{
	struct params p;
	const struct line *line;

	trap_init();
	params_read(&p);
	if (p.mode == MODE_CALIBRATE)
		calibrate();
	ticks_init(p.tsc_hz);
	paging_map(0, p.memory);
	apic_init();
	line = open_line(&p);
	if (p.mode == MODE_WRECK_RING)
		wreck(&p);
	cpu_start(p.processors);
	block_init(&p, workload_spin_pc());
	stop_init(line, &p);
	calibrate_init(line, &p);
	stop_break();
	workload_run();
}
