/* SPDX-License-Identifier: MIT */
/*
 * What a debugger asked, request by request, and what it was answered: out of a
 * trial's trace, or of somebody's capture. A request that is repeated on the
 * wire counts once.
 */
#ifndef SUPPORT_MIX_H
#define SUPPORT_MIX_H

#include "bench/run/trace.h"
#include "tests/support/decoding.h"

#define MIX_MAX 4096

struct mix_request {
	uint32_t api;
	uint64_t word;  /* the union's first: an address, a handle */
	uint32_t asked; /* bytes: of a read or write of memory, or GetContextEx;
			   else 0 */
	uint32_t sent;  /* bytes that trail it */
	uint32_t got;   /* ... and its reply */
	uint32_t status; /* of the reply */
	bool trace;      /* Continue2: TraceFlag */
	bool answered;
};

struct mix {
	struct mix_request requests[MIX_MAX];
	size_t count;
};

/* Too many requests fail the test. */
void mix_of_trace(struct mix *m, const struct trace *t);
void mix_of_capture(struct mix *m, const struct decoding *d);

/* Which request is the nth to this API, from 1? A missing one fails the test.
 */
size_t mix_find(const struct mix *m, uint32_t api, unsigned nth);

/* Requests, one after the other. */
struct mix_want {
	uint32_t api;
	uint32_t asked, sent, got;
	uint16_t times;
	bool fails;
};

/* From here on there are these; returns what follows them. */
size_t assert_mix(const struct mix *m, size_t from, const struct mix_want *want,
		  size_t count);

#endif
