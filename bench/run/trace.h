/* SPDX-License-Identifier: MIT */
/*
 * Every packet with its time and direction, as the debugger sent and received
 * it: behind the faults on the way in, before them on the way out. Kept in
 * memory while the session runs, written afterwards.
 */
#ifndef RUN_TRACE_H
#define RUN_TRACE_H

#include <stdio.h>

#include "bench/kd/parser.h"
#include "inject/stage.h"

/* One line of a trace. */
struct trace_entry {
	uint64_t t_ns;
	uint8_t dir;   /* enum fault_dir */
	uint8_t event; /* enum kd_parse: HEADER (control), TRAILER (data),
			  BREAKIN, STRAY */
	uint8_t trailer;
	bool sum_ok;
	uint32_t stray; /* how many in a row */
	uint32_t api;   /* first word of the payload */
	struct kd_header header;
};

struct trace {
	struct kd_parser parsers[2];
	struct trace_entry *entries; /* owned */
	size_t count, room;
	uint64_t t0;
};

/* A trace whose instant 0 is 'now'; 'records': the stream is kd/record.h. */
void trace_init(struct trace *t, uint64_t now, bool records);

void trace_bytes(struct trace *t, enum fault_dir dir, struct kd_span bytes,
		 uint64_t now);

/* A packet type as traces and records call it. */
const char *trace_type_name(uint16_t type);

/* One JSON object a line; false (errno) if it could not be written. */
bool trace_write(const struct trace *t, FILE *out);

void trace_release(struct trace *t);

#endif
