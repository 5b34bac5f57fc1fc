/* SPDX-License-Identifier: MIT */
/*
 * The guest's end of a transport: bytes, and how to wait for them. None of it
 * blocks except wait(), and that only as long as nothing can be done.
 */
#ifndef GUEST_LINE_H
#define GUEST_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/guest/params.h"
#include "bench/kd/span.h"

struct line {
	/* Look once for bytes that have come; valid until consumed. */
	unsigned (*peek)(struct kd_span in[2]);
	void (*consume)(size_t len);

	/* Look once for room for bytes to send, and send what was put there. */
	unsigned (*reserve)(struct kd_room out[2]);
	void (*commit)(size_t len);

	/*
	 * Halt until bytes come (or, if 'for_room', can be sent), or until
	 * 'deadline_ns' (TICKS_NEVER: none). May return early. When that is
	 * worth it is decided in wait.c. NULL: nothing of it wakes a machine.
	 */
	void (*wait)(bool for_room, uint64_t deadline_ns);

	/* Wait until what was committed has left the machine. */
	void (*drain)(void);

	/*
	 * To find out what it costs (calibrate.c), or NULL: ring the device's
	 * doorbell, which nobody minds; read a register of it that traps.
	 */
	void (*bell)(void);
	void (*look)(void);
};

/* Find and start the device, or panic. */
const struct line *serial_open(const struct params *p);
const struct line *byteport_open(const struct params *p);
const struct line *virtio_open(const struct params *p);
const struct line *ivshmem_open(const struct params *p);

/*
 * Write an impossible index or word into the memory that the host shares, for
 * tests of the host.
 */
_Noreturn void byteport_wreck(void);
_Noreturn void ivshmem_wreck(void);

#endif
