/* SPDX-License-Identifier: MIT */
/*
 * What one may have of a KD session, whatever file it came in: pieces of bytes
 * in the order in which they were seen, each with a direction and a time if
 * they are known. A capture may come from an enemy; nothing in it is believed.
 */
#ifndef DECODE_CAPTURE_H
#define DECODE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/err.h"

/* The largest file that is read. */
#define CAPTURE_MAX (UINT64_C(1) << 30)

enum capture_dir { DIR_TO_TARGET, DIR_TO_DEBUGGER, DIR_UNKNOWN, DIR_COUNT };

/* Where it was seen; they differ where faults were between them. */
enum capture_end { END_DEBUGGER, END_TARGET, END_COUNT };

enum capture_framing {
	FRAMING_SERIAL,  /* header, payload, AA */
	FRAMING_RECORDS, /* bench/kd/record.h */
	FRAMING_KDNET,   /* a piece is a packet: header and payload, no AA */
};

/* What a file may be. */
enum capture_from {
	FROM_CONTENT, /* whatever it looks like */
	FROM_TRACE,   /* traces/ of a run directory */
	FROM_RAW,     /* a dump of the line */
	FROM_KDNET,   /* JSON lines, a packet each, without trailers */
	FROM_PCAPNG,  /* also the older pcap */
	FROM_COUNT
};

/* As --from spells them. */
extern const char *const capture_from_names[FROM_COUNT];

struct capture_piece {
	uint64_t t_ns; /* since the first; 0 if unknown */
	size_t at;     /* of its bytes, in capture.bytes */
	size_t len;
	uint8_t dir; /* enum capture_dir */
	uint8_t end; /* enum capture_end */
};

struct capture {
	uint8_t *bytes; /* owned */
	size_t len, room;
	struct capture_piece *pieces; /* owned */
	size_t count, piece_room;
	uint8_t framing; /* enum capture_framing */
	bool timed;      /* t_ns is known */
	bool mixed;      /* unknown directions are of both kinds */
	uint64_t t0;     /* of the first piece; see capture_add() */
	bool cut;        /* the file ends too early, or says so */
	char note[160];  /* why, or what was left out; empty: nothing */
};

/* Add a piece with a copy of its bytes; 't_ns' counts from anywhere. */
void capture_add(struct capture *c, enum capture_dir dir, enum capture_end end,
		 uint64_t t_ns, const uint8_t *at, size_t len);

/*
 * Read a file ("-": standard input) into *c, which is zeroed or holds what was
 * read before. 'dir' is that of a raw dump. Fails (ERR_HOST) if the file cannot
 * be read, or is not what 'from' says.
 */
bool capture_read(struct capture *c, const char *path, enum capture_from from,
		  enum capture_dir dir, struct err *err);

/* The same for bytes in memory; 'path' is for messages. */
bool capture_read_bytes(struct capture *c, const char *path,
			const uint8_t *bytes, size_t len,
			enum capture_from from, enum capture_dir dir,
			struct err *err);

void capture_release(struct capture *c);

#endif
