/* SPDX-License-Identifier: MIT */
/*
 * Between a target's link and a debugger who comes and goes: bytes both ways
 * through the faults of each direction, counted. The pump of 'kdbench bridge'
 * and of 'via:'; it waits for nothing and holds no more than the chains do.
 *
 *	debugger --> chain to target   --> target's link
 *	         <-- chain to debugger <--
 *
 * A packet link is given its serial framing by bridge/framed.h.
 *
 * What piled up is thrown away when the debugger sends RESET, and when he goes
 * away; what the target says to nobody, too (the cure for F36: see kd-protocol
 * 2.12). A packet that has begun to leave leaves whole, so that neither end
 * takes what follows for the rest of it. With 'keep', everything is kept and
 * the target feels it: it cannot send while the buffers are full.
 */
#ifndef BRIDGE_BRIDGE_H
#define BRIDGE_BRIDGE_H

#include "bench/kd/parser.h"
#include "bench/kd/proxy.h"
#include "bench/link/link.h"
#include "inject/chain.h"

#define BRIDGE_HELD 1024

/* What went by in one direction, as the debugger sent or got it. */
struct bridge_counts {
	uint64_t bytes, packets, resends, resets, breakins;
	uint64_t dropped; /* bytes thrown away */
};

struct bridge_config {
	struct link *target; /* borrowed */
	bool simulated; /* its target lives in this process: it has no fds */
	bool keep;
	/*
	 * Bytes for the target that may wait here, about: what waits unseen
	 * runs against the debugger's time-outs. At most BRIDGE_HELD; 0: as
	 * many as a chain holds.
	 */
	size_t ahead;
	struct kd_proxy_profile proxy;   /* for packet links */
	const struct chain_spec *faults; /* two, by enum fault_dir */
	uint64_t seed;                   /* of the faults */
	struct fault_log *log;           /* may be NULL */
	/* Told of all that the debugger sends and gets; may be NULL. */
	void (*heard)(void *env, enum fault_dir dir, struct kd_span bytes,
		      uint64_t now);
	void *env;
};

/* One direction. */
struct bridge_way {
	struct chain chain;
	struct kd_parser outlet; /* where packets begin that leave */
	size_t stale;            /* bytes in front that are to be thrown away */
	struct bridge_counts counts;
};

struct bridge {
	struct bridge_config config;
	struct link *target;   /* the stream to it: config.target or framed */
	struct link *framed;   /* owned, or NULL */
	struct link *debugger; /* owned; NULL: nobody is there */
	uint64_t connections, departures;
	struct bridge_way ways[2];
	struct kd_parser inlet; /* of what the debugger sends */
	size_t tail; /* bytes since the last packet but breaks-in ... */
	size_t tail_breakins; /* ... and how many of them were 62 */
	size_t held_len;
	uint8_t held[BRIDGE_HELD]; /* heard, but the chain is full */
};

/* Nobody is connected. *config is copied; release it. */
void bridge_init(struct bridge *b, const struct bridge_config *config,
		 uint64_t now);
void bridge_release(struct bridge *b);

/* Somebody has come: a stream link, which the bridge owns from now on. */
void bridge_connect(struct bridge *b, struct link *debugger, uint64_t now);

/* End the connection, if there is one. */
void bridge_disconnect(struct bridge *b, uint64_t now);

/*
 * Do everything that is possible at 'now'. *next is the instant at which more
 * will be, CLOCK_NEVER if only an end can bring it about; *moved says whether
 * anything happened. A debugger who has gone is disconnected. False: the
 * target's link failed (ERR_GUEST).
 */
bool bridge_step(struct bridge *b, uint64_t now, uint64_t *next, bool *moved,
		 struct err *err);

/* The target has ended: tell the debugger, as far as its link allows. */
void bridge_farewell(struct bridge *b, uint64_t now);

#define BRIDGE_FDS_MAX (2 * LINK_FDS_MAX)

/*
 * Sleep for at most 'ns', until a signal, or until either end or one of 'count'
 * more fds has something; their revents are filled in. They are the first of
 * 'fds', which has room for BRIDGE_FDS_MAX more. True: an fd or an end did.
 */
bool bridge_wait(struct bridge *b, struct pollfd *fds, unsigned count,
		 uint64_t ns);

#endif
