/* SPDX-License-Identifier: MIT */
/*
 * How a fault says where it acts: which way, which packet, which byte. An
 * address is the same in every run of the same session, however the bytes were
 * chunked and whatever the clock said.
 */
#ifndef INJECT_ADDRESS_H
#define INJECT_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/kd/wire.h"

/* Which way. */
enum fault_dir { TO_TARGET, TO_DEBUGGER };
extern const char *const fault_dir_names[2]; /* "to-target", "to-debugger" */

/* What a chunk is. Ordinals count within (direction, class). */
enum packet_class {
	CLASS_ANY,     /* in a 'when' only: no restriction */
	CLASS_REQUEST, /* manipulate, towards the target */
	CLASS_REPLY,   /* manipulate, towards the debugger */
	CLASS_STATE_CHANGE,
	CLASS_PRINT, /* DEBUG_IO */
	CLASS_ACK,
	CLASS_RESEND,
	CLASS_RESET,
	CLASS_BREAKIN,
	CLASS_OTHER, /* any other packet, and one that is not complete */
	CLASS_STRAY, /* a byte that belongs to no packet */
	CLASS_COUNT
};
extern const char *const packet_class_names[CLASS_COUNT];

/* Names of enum kd_type as scenarios write them; 0 is "any". */
extern const char *const packet_type_names[KD_TYPE_MAX];

struct packet_address {
	uint8_t dir;      /* enum fault_dir */
	uint8_t class;    /* enum packet_class */
	uint32_t ordinal; /* from 1, among fresh packets of this class */
	uint32_t copy;    /* 0: fresh; n: its n-th re-send */
};

/* Parts of a packet, for 'field' and for the fault log. */
enum packet_field {
	FIELD_ANY, /* in a 'when' only: no restriction */
	FIELD_LEADER,
	FIELD_TYPE,
	FIELD_LENGTH,
	FIELD_ID,
	FIELD_CHECKSUM,
	FIELD_PAYLOAD,
	FIELD_TRAILER,
	FIELD_COUNT
};
extern const char *const packet_field_names[FIELD_COUNT];

/* Offsets [from, to) from the first leader byte; empty if from >= to. */
struct byte_range {
	uint32_t from, to;
};

/* Which class a whole packet belongs to: decided by leader and type. */
enum packet_class packet_class_of(const struct kd_header *h,
				  enum fault_dir dir);

/* Is this one byte, and not a packet? */
static inline bool packet_class_is_byte(unsigned class)
{
	return class == CLASS_BREAKIN || class == CLASS_STRAY;
}

/* Where 'field' lies in a packet with this header; FIELD_ANY: all of it. */
struct byte_range packet_field_range(enum packet_field field,
				     const struct kd_header *h);

/* The field that byte 'offset' of such a packet belongs to. */
enum packet_field packet_field_at(uint32_t offset, const struct kd_header *h);

#endif
