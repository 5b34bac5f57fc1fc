/* SPDX-License-Identifier: MIT */
/*
 * Every packet with its time, direction and bytes, as the debugger sent and
 * received it: behind the faults on the way in, before them on the way out.
 * Where there are faults, also as the target's end of the line saw it: before
 * them on the way in, behind them on the way out; so what was lost or damaged
 * can be compared with what was sent. Kept in memory while the session runs,
 * written afterwards.
 */
#ifndef RUN_TRACE_H
#define RUN_TRACE_H

#include <stdio.h>

#include "bench/kd/parser.h"
#include "inject/stage.h"

/*
 * What a trace may take of memory, entries and bytes together. What comes after
 * is counted, not kept, and the trace says so in its last line.
 */
#define TRACE_MAX (UINT64_C(64) << 20)

#define TRACE_SCHEMA 1

/* Where a packet was seen. */
enum trace_end { AT_DEBUGGER, AT_TARGET };

/* One line of a trace. */
struct trace_entry {
	uint64_t t_ns;
	uint64_t raw; /* where its bytes begin in trace.bytes */
	uint32_t raw_len;
	uint8_t dir;   /* enum fault_dir */
	uint8_t end;   /* enum trace_end */
	uint8_t event; /* enum kd_parse: HEADER (control), TRAILER (data),
			  BREAKIN, STRAY, or LEADER: a refused header */
	uint8_t trailer;
	bool sum_ok;
	uint32_t api; /* first word of the payload */
	struct kd_header header;
};

/* One direction at one end: its parser, and the bytes of what is not over. */
struct trace_tap {
	struct kd_parser parser;
	uint8_t pending[KD_PACKET_MAX + KD_HEADER_SIZE];
	size_t have;
};

struct trace {
	struct trace_tap *taps;      /* owned: [enum trace_end][dir] */
	struct trace_entry *entries; /* owned */
	size_t count, room;
	uint8_t *bytes; /* owned */
	size_t len, bytes_room;
	uint64_t max;          /* TRACE_MAX */
	uint64_t lost_entries; /* beyond it */
	uint64_t lost_bytes;
	uint64_t t0, last_ns;
	bool records;
};

/* What the first line of a trace tells. */
struct trace_about {
	const char *scenario, *cell, *transport;
	uint64_t trial, seed; /* the trial's seed, and its number */
	bool virtual_time;
};

/* A trace whose instant 0 is 'now'; 'records': the stream is kd/record.h. */
void trace_init(struct trace *t, uint64_t now, bool records);

void trace_bytes(struct trace *t, enum trace_end end, enum fault_dir dir,
		 struct kd_span bytes, uint64_t now);

/* A packet type as traces and records call it. */
const char *trace_type_name(uint16_t type);

/*
 * One JSON object a line, the first of them about the trace itself; false
 * (errno) if it could not be written.
 */
bool trace_write(const struct trace *t, const struct trace_about *about,
		 FILE *out);

/*
 * The same while it grows: the first line; then, as often as one likes, what
 * was added, which is forgotten; at the end, what had begun to arrive.
 */
bool trace_write_begin(const struct trace *t, const struct trace_about *about,
		       FILE *out);
bool trace_write_more(struct trace *t, FILE *out);
bool trace_write_end(const struct trace *t, FILE *out);

void trace_release(struct trace *t);

#endif
