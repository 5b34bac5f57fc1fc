/* SPDX-License-Identifier: MIT */
/* A second debugger on the same pipe, as a fault asks for it. */
#ifndef INJECT_RIVAL_H
#define INJECT_RIVAL_H

#include <stdint.h>

enum rival_profile {
	RIVAL_SAME, /* as our own */
	RIVAL_ROBUST,
	RIVAL_WINDBG,
	RIVAL_RADARE2,
	RIVAL_NAIVE,
	RIVAL_PROFILE_COUNT
};

enum rival_does { RIVAL_ATTACHES, RIVAL_LISTENS };
enum rival_reads { RIVAL_ONE, RIVAL_BOTH };
enum rival_mix { RIVAL_PACKETS, RIVAL_BYTES };

struct rival_config {
	int profile;      /* enum rival_profile */
	int does;         /* enum rival_does */
	int reads;        /* enum rival_reads: who gets what the target says */
	int mix;          /* enum rival_mix: what takes turns on the line */
	uint64_t asks;    /* requests each time that it gets to a prompt */
	uint64_t time_ns; /* how long it stays; 0: until the faults end */
};

/* All of it in one number, for an event: 'asks' below 256, time below 2^40. */
static inline uint64_t rival_amount(const struct rival_config *c)
{
	return c->time_ns << 16 | c->asks << 8 | (uint64_t)c->profile << 4 |
	       (uint64_t)c->does << 2 | (uint64_t)c->reads << 1 |
	       (uint64_t)c->mix;
}

static inline struct rival_config rival_of(uint64_t amount)
{
	unsigned profile = amount >> 4 & 0xf;

	return (struct rival_config){
		.profile = profile < RIVAL_PROFILE_COUNT ? (int)profile : 0,
		.does = amount >> 2 & 1,
		.reads = amount >> 1 & 1,
		.mix = amount & 1,
		.asks = amount >> 8 & 0xff,
		.time_ns = amount >> 16,
	};
}

#endif
