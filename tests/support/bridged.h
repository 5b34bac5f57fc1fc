/* SPDX-License-Identifier: MIT */
/*
 * The simulated target behind a bridge, and a debugger at its other end who
 * comes and goes, in virtual time.
 */
#ifndef SUPPORT_BRIDGED_H
#define SUPPORT_BRIDGED_H

#include "bench/bridge/bridge.h"
#include "bench/kd/debugger.h"
#include "bench/launch/launch.h"

#define BRIDGED_PATTERN 65536

struct bridged {
	/* Set by bridged_init(); a test changes what it is about. */
	struct sim_config sim;
	struct chain_spec faults[2];
	bool keep;

	struct launched *target;
	struct bridge bridge;
	struct link *line; /* the debugger's end; NULL: he is away */
	struct kd_debugger d;
	uint64_t now;
};

/* An unpaced line of this framing, no faults. */
void bridged_init(struct bridged *b, enum link_framing framing);
void bridged_start(struct bridged *b);
void bridged_stop(struct bridged *b);

/* The debugger comes, a fresh one; he goes. */
void bridged_dial(struct bridged *b);
void bridged_hang_up(struct bridged *b);

/* Let 'ns' pass, or less: until the debugger reports something. */
enum kd_debugger_event bridged_run(struct bridged *b, uint64_t ns);

/* Let so much pass with the debugger's half doing nothing. */
void bridged_idle(struct bridged *b, uint64_t ns);

/* RESET, until the target reports its state; anything else fails the test. */
void bridged_sync(struct bridged *b);

/* Read memory; what comes must be what is there. */
void bridged_read(struct bridged *b, uint64_t address, uint32_t len);

/* Let it run, and stop it. */
void bridged_go(struct bridged *b);
void bridged_break_in(struct bridged *b);

/* Send bytes that no debugger has thought of. */
void bridged_say(struct bridged *b, const void *bytes, size_t len);

/* How many RESETs lie in the debugger's end of the line; takes all of it. */
unsigned bridged_count_resets(struct bridged *b);

#endif
