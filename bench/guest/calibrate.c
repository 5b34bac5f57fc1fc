/* SPDX-License-Identifier: MIT */
/*
 * What single things cost on this machine: each primitive of enum
 * kdbb_primitive in a loop of its own, as the rest of the guest does it, the
 * counting of port accesses included. An empty turn of each loop is two
 * instructions.
 */
#include "bench/guest/calibrate.h"

#include "bench/guest/apic.h"
#include "bench/guest/block.h"
#include "bench/guest/memory.h"
#include "bench/guest/port.h"
#include "bench/guest/ticks.h"
#include "bench/guest/trap.h"
#include "bench/guest/uart.h"
#include "bench/kd/sum.h"

/* A port that nobody needs and that traps all the same: POST codes. */
#define SPARE_PORT 0x80

/* Turns between two looks at whether the order still stands. */
#define BATCH 1024
#define BATCH_ASLEEP 64

#define KIB 1024

static const struct line *line;
static uint16_t read_port, write_port;
static const uint8_t *pattern;
static uint8_t *scratch;
static uint64_t pattern_size, scratch_size; /* bytes */
static uint64_t copied;                     /* KiB of the pattern so far */

static void do_nothing(uint64_t n)
{
	for (; n; n--)
		__asm__ volatile("" ::: "memory");
}

static void do_port_read(uint64_t n)
{
	for (; n; n--)
		(void)port_in8(read_port);
}

static void do_port_write(uint64_t n)
{
	for (; n; n--)
		port_out8(write_port, 0);
}

static void do_doorbell(uint64_t n)
{
	for (; n; n--)
		line->bell();
}

static void do_mmio_read(uint64_t n)
{
	for (; n; n--)
		line->look();
}

static void do_poll(uint64_t n)
{
	for (; n; n--)
		(void)block_mail(KDBB_MAIL_SEQUENCE);
}

static void do_pause(uint64_t n)
{
	for (; n; n--)
		__asm__ volatile("pause" ::: "memory");
}

static void do_tsc(uint64_t n)
{
	for (; n; n--)
		(void)ticks_read();
}

/* The timer is needed: meanwhile nobody ticks, and nothing interrupts. */
static void do_halt_wake(uint64_t n)
{
	__asm__ volatile("cli" ::: "memory");
	for (; n; n--) {
		apic_timer_start(0);
		trap_halt();
	}
	__asm__ volatile("sti" ::: "memory");
}

/* From all over the pattern to one place, as memory goes into a packet. */
static void do_copy(uint64_t n)
{
	for (; n; n--) {
		uint64_t at = copied++ % (pattern_size / KIB) * KIB;

		(void)kd_copy_sum(scratch, pattern + at, KIB);
	}
}

static void (*const primitives[KDBB_PRIMITIVE_COUNT])(uint64_t n) = {
	[KDBB_DO_NOTHING] = do_nothing,
	[KDBB_DO_PORT_READ] = do_port_read,
	[KDBB_DO_PORT_WRITE] = do_port_write,
	[KDBB_DO_DOORBELL] = do_doorbell,
	[KDBB_DO_MMIO_READ] = do_mmio_read,
	[KDBB_DO_POLL] = do_poll,
	[KDBB_DO_PAUSE] = do_pause,
	[KDBB_DO_TSC] = do_tsc,
	[KDBB_DO_HALT_WAKE] = do_halt_wake,
	[KDBB_DO_COPY_KIB] = do_copy,
};

void calibrate_init(const struct line *of, const struct params *p)
{
	bool uart = p->transport == TRANSPORT_UART || uart_present();

	line = of;
	read_port = uart ? UART_STATUS : SPARE_PORT;
	write_port = uart ? UART_SCRATCH : SPARE_PORT;
	pattern = (const uint8_t *)p->pattern;
	pattern_size = p->pattern_size;
	scratch = (uint8_t *)p->scratch;
	scratch_size = p->scratch_size;
}

/* Has this machine what it takes? */
static bool possible(uint64_t primitive)
{
	switch (primitive) {
	case KDBB_DO_DOORBELL: return line->bell != NULL;
	case KDBB_DO_MMIO_READ: return line->look != NULL;
	case KDBB_DO_COPY_KIB:
		return pattern_size >= KIB && scratch_size >= KIB;
	default: return primitive < KDBB_PRIMITIVE_COUNT;
	}
}

uint64_t order_calibrate(struct order *o)
{
	uint64_t primitive = o->args[0], asked = o->args[1];
	bool asleep = primitive == KDBB_DO_HALT_WAKE;
	uint64_t start;

	if (!possible(primitive))
		return 0;
	if (asleep)
		apic_tick(0);
	start = ticks_read();
	while (o->done < asked && order_goes_on(o)) {
		uint64_t batch = asleep ? BATCH_ASLEEP : BATCH;

		if (batch > asked - o->done)
			batch = asked - o->done;
		primitives[primitive](batch);
		o->done += batch;
	}
	o->ticks = ticks_read() - start;
	return o->done;
}
