/* SPDX-License-Identifier: MIT */
/*
 * How a capture looks in pcapng: link type USER0, one block a packet with its
 * bytes as they were on the line, the direction in the block's flags as the
 * debugger sees it: inbound is to the debugger. An interface is an end of the
 * line, its name tells which, and how packets are framed.
 */
#ifndef DECODE_PCAPNG_H
#define DECODE_PCAPNG_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/decode/capture.h"
#include "bench/decode/packet.h"

#define PCAPNG_SECTION 0x0a0d0d0a
#define PCAPNG_INTERFACE 1
#define PCAPNG_SIMPLE 3
#define PCAPNG_ENHANCED 6
#define PCAPNG_ORDER 0x1a2b3c4d

/* Options. */
#define PCAPNG_OPT_END 0
#define PCAPNG_IF_NAME 2
#define PCAPNG_IF_RESOLUTION 9
#define PCAPNG_APPLICATION 4
#define PCAPNG_FLAGS 2
#define PCAPNG_INBOUND 1
#define PCAPNG_OUTBOUND 2

#define PCAP_LINK_USER0 147

/* Interface names: what precedes the end's name, by enum capture_framing. */
extern const char *const pcapng_framings[3];
/* The ends' names, by enum capture_end. */
extern const char *const pcapng_ends[END_COUNT];

/* Write all packets of a list; false (errno) if it could not be written. */
bool pcapng_write(const struct packet_list *list, const struct capture *c,
		  FILE *out);

#endif
