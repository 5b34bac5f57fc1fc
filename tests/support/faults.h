/* SPDX-License-Identifier: MIT */
/*
 * Faults in the words of a scenario, the packets to damage with them, and the
 * acts that were told. Stages are configured through their setting rows, so
 * that the rows are tested too.
 */
#ifndef SUPPORT_FAULTS_H
#define SUPPORT_FAULTS_H

#include "inject/chain.h"

#define FAULTS_ACTS_MAX 8192

struct faults {
	struct fault_log log; /* first: the log that a chain is given */
	struct chain_spec spec;
	struct stage_spec stages[CHAIN_STAGES_MAX];
	uint64_t configs[CHAIN_STAGES_MAX][8];
	size_t act_count;
	struct fault_act acts[FAULTS_ACTS_MAX];
};

/* No faults yet, and no acts. About 1 MB: make it static. */
void faults_init(struct faults *f);

/*
 * Add a stage. 'settings' are words such as "per=packet nth=2 class=request
 * bits=3"; type and class are the two of 'packet'. What the rows refuse fails
 * the test.
 */
void faults_add(struct faults *f, const char *name, const char *settings);

/* Like faults_add(), but only ask stage_check(); NULL: nothing is wrong. */
const char *faults_check(const char *name, const char *settings);

/* What stage_check() must say to each. */
struct refusal {
	const char *name, *settings;
	bool wrong;
};
void assert_refusals(const struct refusal *cases, size_t count);

/*
 * A data packet with 'len' bytes of payload that count up from 'first', and
 * a valid checksum; returns its bytes.
 */
size_t packet_data(uint8_t *to, uint16_t type, uint32_t id, uint16_t len,
		   uint8_t first);

/* A packet of 16 bytes under the control leader. */
size_t packet_control(uint8_t *to, uint16_t type, uint32_t id);

/*
 * Requests of growing length, acknowledgements, some stray and break-in bytes,
 * as many as fit into 'size' bytes; the last one is whole.
 */
size_t packet_stream(uint8_t *to, size_t size);

/* Put all of 'bytes' at 'now'; a chain that does not take them fails. */
void chain_feed(struct chain *c, const uint8_t *bytes, size_t len,
		uint64_t now);

/* Take all that is due at 'now'; returns how many bytes. */
size_t chain_drain(struct chain *c, uint8_t *to, size_t size, uint64_t now);

#endif
