/* SPDX-License-Identifier: MIT */
/*
 * radare2's winkd client as kd-protocol 7.1 to 7.6 describes it, for want of
 * radare2: the same bytes in the same order, the same rules for what comes, the
 * same lack of time-outs (but a guard that ends a test). What radare2 cannot
 * live with fails here too.
 */
#ifndef SUPPORT_WINKD_CLIENT_H
#define SUPPORT_WINKD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/kd/message.h"

#define WINKD_PAYLOAD_MAX 0x800 /* radare2 refuses more */
#define WINKD_WRITE_MAX 0x7c8

struct winkd {
	int fd;
	uint32_t id; /* of the last request */
	uint16_t cpu;
	uint64_t pc; /* of the last state change */
	uint16_t build, machine, flags;
	uint64_t list, kdbg; /* DebuggerDataList, and what it points to */
	uint16_t type, len;  /* of the last packet */
	uint8_t payload[WINKD_PAYLOAD_MAX];
	uint64_t deadline_ns; /* the guard: a byte must have come by then */
	char error[160];
};

/* Connect to a socket; tries until somebody listens there. */
bool winkd_open(struct winkd *w, const char *path);
void winkd_close(struct winkd *w);

/* Everything that 'r2 -D winkd' does until it has a prompt (7.2). */
bool winkd_attach(struct winkd *w);

/* Read memory; returns how many bytes came. */
uint32_t winkd_read(struct winkd *w, uint64_t address, void *to, uint32_t len);

/* Write at most WINKD_WRITE_MAX bytes; returns how many were written. */
uint32_t winkd_write(struct winkd *w, uint64_t address, const void *from,
		     uint32_t len);

/* KD_CONTEXT_SIZE bytes. */
bool winkd_registers(struct winkd *w, uint8_t *context);

/* A software breakpoint; false: refused. */
bool winkd_breakpoint(struct winkd *w, uint64_t address, uint32_t *handle);
bool winkd_clear(struct winkd *w, uint32_t handle);

/* Continue, and wait for the next stop. */
bool winkd_continue(struct winkd *w);

#endif
