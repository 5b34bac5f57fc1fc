/* SPDX-License-Identifier: MIT */
/*
 * The two ends of a relayed conversation: requests and replies as KD has them
 * when memory is read, an ACK before each. Private to bench/limit.
 */
#ifndef LIMIT_TALK_H
#define LIMIT_TALK_H

#include <pthread.h>

#include "bench/limit/limit.h"
#include "inject/chain.h"

/* The far end: a thread that answers until its line ends. */
struct answerer {
	const struct limit_setup *setup;
	int fd; /* owned */
	bool running;
	pthread_t thread;
};

/* Start it on 'fd', a blocking stream socket, which it owns in any case. */
bool answerer_start(struct answerer *p, const struct limit_setup *s, int fd,
		    struct err *err);

/* Wait for its end; the line must have been closed. */
void answerer_join(struct answerer *p);

/* The near end: asks, waits without spinning, verifies. */
struct asker {
	struct link *link;    /* borrowed */
	struct chain *chains; /* two, by enum fault_dir; NULL: none */
	uint64_t trips;       /* so far */
};

/* Ask for the block of the pattern that comes next, and take the answer. */
bool asker_trip(struct asker *a, const struct limit_setup *s, struct err *err);

/* Bytes of pattern that trip number 'trip' brings. */
uint32_t asker_payload(const struct limit_setup *s, uint64_t trip);

/* Trips that it takes to read all of it. */
uint64_t asker_trips(const struct limit_setup *s);

#endif
