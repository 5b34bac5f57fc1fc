/* SPDX-License-Identifier: MIT */
/*
 * What the bytes of a payload are: which tables claim which of them (parts),
 * which are arrays, text or data (areas), and which nobody claims. The printers
 * walk this; they know no structure themselves.
 */
#ifndef DECODE_DISSECT_H
#define DECODE_DISSECT_H

#include "bench/decode/packet.h"
#include "bench/kd/layout.h"

/* A table, and where its structure begins in the payload. */
struct part {
	const char *name; /* NULL: the packet's own fields */
	const struct kd_layout *layout;
	int64_t base;  /* may lie before the payload: a piece of a CONTEXT */
	uint32_t from; /* fields before this offset are not there */
};

enum area_kind {
	AREA_BYTES,
	AREA_TEXT,        /* bytes that are characters */
	AREA_WIDE,        /* UTF-16LE */
	AREA_QWORDS,      /* u64 each */
	AREA_BREAKPOINTS, /* u64 address, u32 handle, pad */
	AREA_HANDLES,     /* u32 each */
	/* These claim nothing: they say why nobody does. */
	AREA_PAD,    /* a hole of alignment: garbage (kd-protocol 0, 3.1) */
	AREA_UNION,  /* the rest of a union: garbage as well */
	AREA_EXCESS, /* bytes that the packet should not have */
};

struct area {
	const char *name;
	uint32_t offset, len;
	uint8_t kind;  /* enum area_kind */
	bool trailing; /* behind the fixed part */
};

#define PARTS_MAX 6
#define AREAS_MAX 16

struct dissection {
	const char *api; /* its name; NULL: unknown, or there is none */
	uint32_t number; /* of the API, or NewState */
	bool has_number;
	bool reply;   /* of a manipulate, a prompt or a file */
	uint8_t arch; /* enum kd_arch */
	struct part parts[PARTS_MAX];
	unsigned part_count;
	struct area areas[AREAS_MAX];
	unsigned area_count;
};

/* Say what the payload of a data packet is. Any bytes will do. */
void dissect(struct dissection *d, const struct packet *p, enum kd_arch arch);

/* A field that is there: its offset in the payload, or -1. */
int64_t dissect_field(const struct part *part, const struct kd_field *field,
		      const struct packet *p);

/* Its value. 'at' is what dissect_field() gave. */
uint64_t dissect_value(const struct kd_field *field, const struct packet *p,
		       int64_t at);

/* Bytes that no field and no area claims, and are not all zero. */
struct unclaimed {
	uint32_t offset, len;
	uint8_t why; /* AREA_PAD, AREA_UNION or AREA_EXCESS; BYTES: no reason */
};

/* Find them; at most 'max' runs, the last of which may hide more. */
size_t dissect_unclaimed(const struct dissection *d, const struct packet *p,
			 struct unclaimed *runs, size_t max);

/* "pad", "union" or "excess"; NULL for AREA_BYTES. */
const char *dissect_why(uint8_t why);

/* For those that fill it in. */
void dissect_part(struct dissection *d, const char *name,
		  const struct kd_layout *layout, int64_t base, uint32_t from);
void dissect_area(struct dissection *d, enum area_kind kind, const char *name,
		  uint32_t offset, uint32_t len);
/* What trails from 'offset' to the end, of which 'len' are expected. */
void dissect_trailing(struct dissection *d, const struct packet *p,
		      enum area_kind kind, const char *name, uint32_t offset,
		      uint32_t len);
void dissect_manipulate(struct dissection *d, const struct packet *p);
void dissect_context(struct dissection *d, int64_t base, uint32_t from);
void dissect_special(struct dissection *d, int64_t base, uint32_t from);

#endif
