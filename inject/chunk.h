/* SPDX-License-Identifier: MIT */
/*
 * What a stage is handed: one whole packet, one break-in byte or one stray
 * byte, as cut from the undamaged stream, never what read() happened to return.
 * It remembers where each of its bytes came from, so that a later stage finds
 * "byte 8" although an earlier one has dropped byte 3.
 */
#ifndef INJECT_CHUNK_H
#define INJECT_CHUNK_H

#include "bench/kd/span.h"
#include "inject/address.h"
#include "inject/event.h"

/* A maximal packet with a byte inserted before each of its bytes, and some. */
#define CHUNK_MAX (2 * KD_PACKET_MAX + 256)

/* Different pauses inside one chunk; equal ones in a row count as one. */
#define CHUNK_PAUSES 128

/* Receive errors that one chunk may bring. */
#define CHUNK_ERRORS 16

/* Events that stages can ask for in one chunk. */
#define CHUNK_EVENTS 8

/* origin[] of a byte that a stage has put there. */
#define CHUNK_INSERTED UINT16_MAX

/* 'count' bytes in a row, each 'ns' later than it would have been. */
struct chunk_pause {
	uint16_t before; /* index of the first of them */
	uint16_t count;
	uint64_t ns;
};

/* Arrays are valid as far as their counts say; the rest is not initialised. */
struct chunk {
	struct packet_address address;
	struct kd_header header; /* of a packet, as far as it is known */
	uint64_t arrived_ns;     /* when its last byte was there */
	uint16_t length;         /* bytes of the undamaged chunk */
	uint16_t len;            /* bytes now */
	bool shifted;            /* origin[] is valid and not the identity */
	uint16_t pauses;
	uint64_t delay_ns; /* added to arrived_ns */
	uint64_t byte_ps;  /* the line's time for each byte, 0: none */
	uint64_t lost_ps;  /* line time that bytes took which were lost later */
	uint32_t behind;   /* chunks that are to pass it; 0: it goes at once */
	uint64_t wait_ns;  /* ... but it waits no longer than so for them */
	uint16_t errors;
	uint16_t events;
	struct chain_event event[CHUNK_EVENTS]; /* 'at' is in this chunk */
	struct chunk_pause pause[CHUNK_PAUSES];
	uint16_t error[CHUNK_ERRORS]; /* index of the byte that is behind it */
	uint8_t bytes[CHUNK_MAX];
	uint16_t origin[CHUNK_MAX]; /* offset in the undamaged chunk */
};

/* Bytes [at, at + len) of a chunk as it is now. */
struct chunk_run {
	uint16_t at, len;
	bool whole; /* meant is the chunk as such, not bytes of it */
};

/* An empty chunk without faults. 'header' is NULL for single bytes. */
void chunk_begin(struct chunk *c, const struct packet_address *address,
		 const struct kd_header *header);

/* Add undamaged bytes; a whole packet fits. */
void chunk_append(struct chunk *c, const void *bytes, size_t len);

/* Index, at least 'from', of undamaged byte 'offset'; -1: it is gone. */
int chunk_find(const struct chunk *c, uint32_t offset, unsigned from);

/* The bytes between two undamaged offsets that are still there. */
struct chunk_run chunk_find_range(const struct chunk *c,
				  struct byte_range range);

/*
 * Remove a run. Line time that its bytes took is not given back: what follows
 * the chunk still waits for it.
 */
void chunk_drop(struct chunk *c, struct chunk_run run);

/*
 * Put a byte before byte 'at'; false if the chunk is full. It comes behind a
 * pause of that byte. Equal pauses in a row stay as many as they were: the new
 * byte takes one, and the last byte goes without.
 */
bool chunk_insert(struct chunk *c, unsigned at, uint8_t byte);

/*
 * Hold byte 'at', and all behind it, for 'ns'. False if the chunk has too many
 * different pauses already.
 */
bool chunk_pause(struct chunk *c, unsigned at, uint64_t ns);

/*
 * The receiver meets an error before it reads byte 'at', as from the line
 * status of a UART. It stays there if that byte is dropped. False: too many.
 */
bool chunk_error(struct chunk *c, unsigned at);

/*
 * Something is to happen before byte 'at', or behind the last one. It stays
 * there if that byte is dropped. False: too much.
 */
bool chunk_ask(struct chunk *c, unsigned at, const struct chain_event *event);

#endif
