/* SPDX-License-Identifier: MIT */
/*
 * A debugger, and a target that says exactly what a test wants it to. What the
 * debugger says is noted as one letter a packet: A ack, N resend, Z reset, D
 * data, b break-in.
 */
#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include "bench/kd/debugger.h"

struct peer {
	struct kd_debugger d;
	uint64_t now;
	uint32_t id; /* of the target's next data packet */
	char said[64];
	uint32_t control_id; /* of the last control packet */
	uint32_t data_id;    /* of the last data packet, and what it was */
	uint16_t data_type, data_len;
	uint8_t data[KD_PAYLOAD_MAX];
};

/* Connected: the target is stopped, and the debugger has acknowledged it. */
void peer_start(struct peer *p);

/* Note what the debugger says by itself. */
void peer_listen(struct peer *p);

/* Bytes from the target; returns the first event, and notes what is said. */
enum kd_debugger_event peer_hear(struct peer *p, const uint8_t *bytes,
				 size_t len);

/* A data packet from the target, with the id that is next, or this one. */
enum kd_debugger_event peer_data(struct peer *p, uint16_t type,
				 const uint8_t *payload, uint16_t len);
enum kd_debugger_event peer_data_id(struct peer *p, uint16_t type,
				    const uint8_t *payload, uint16_t len,
				    uint32_t id);
enum kd_debugger_event peer_control(struct peer *p, uint16_t type, uint32_t id);

/* The target acknowledges the debugger's last data packet. */
enum kd_debugger_event peer_ack(struct peer *p);

/* Go to the debugger's next instant. */
enum kd_debugger_event peer_wait(struct peer *p);

/* What the debugger has said since the last time; then it is forgotten. */
void assert_said(struct peer *p, const char *letters);

/* Send a Continue2, and have it acknowledged: the target runs. */
void peer_run(struct peer *p);

#endif
