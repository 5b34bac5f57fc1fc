/* SPDX-License-Identifier: MIT */
/* The fault log: what was done to which byte of which packet. */
#ifndef INJECT_ACT_H
#define INJECT_ACT_H

#include "inject/address.h"

/* One act of one stage: a line of the fault log. */
struct fault_act {
	uint64_t t_ns;   /* since the session began */
	uint8_t dir;     /* enum fault_dir */
	uint8_t stage;   /* index in the chain */
	const char *act; /* the fault's name: drop, flip, insert, ... */
	struct packet_address address;
	const char *field; /* leader type length id checksum payload trailer;
			      packet: all of it; byte: it is a single byte */
	uint16_t type;     /* packet type, as on the undamaged wire; 0: none */
	int32_t offset; /* of the first byte in the undamaged packet, from its
			   leader; -1: the whole packet */
	uint32_t len;   /* undamaged bytes that it is about */
	int32_t before; /* byte value, or -1 */
	int32_t after;  /* byte value, or -1: gone, or not a matter of values */
	uint64_t amount;   /* delay: ns; throttle: bytes/s; else bytes */
	const char *label; /* of the stage, as in the scenario */
};

/* Where acts are told to: embed it, and find yourself from its address. */
struct fault_log {
	void (*act)(struct fault_log *log, const struct fault_act *act);
};

/*
 * The act as a clause: "byte 8 (id) of request 3 to the target was dropped".
 * Returns the length that it has or would have, like snprintf().
 */
int fault_act_describe(const struct fault_act *act, char *to, size_t len);

#endif
