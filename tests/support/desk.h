/* SPDX-License-Identifier: MIT */
/*
 * A debugger without a target, and what it says: one letter for each thing, A
 * ack, N resend, Z reset, D data, b the break-in byte.
 */
#ifndef SUPPORT_DESK_H
#define SUPPORT_DESK_H

#include "bench/kd/debugger.h"

#define DESK_MS UINT64_C(1000000)

struct desk {
	struct kd_debugger d;
	uint64_t now;
	enum kd_debugger_event event; /* the last that was none */
	char said[128];
	uint32_t ids[128]; /* of what was said */
	uint16_t type;     /* of the last data packet */
	uint8_t data[KD_PAYLOAD_MAX];
	uint16_t data_len;
};

/* A debugger that has the profile of this name and has not spoken yet. */
void desk_be(struct desk *k, const char *name);

/* The same, with a RESET sent, answered and acknowledged: READY. */
void desk_sit(struct desk *k, const char *name);

/* Forget what it has said, and the last event. */
void desk_forget(struct desk *k);

/* Note what it says. */
void desk_listen(struct desk *k);

/* Give it bytes; returns k->event, NOTHING if there was none. */
enum kd_debugger_event desk_take(struct desk *k, const uint8_t *bytes,
				 size_t len);

/* Give it a control packet. */
enum kd_debugger_event desk_control(struct desk *k, uint16_t type, uint32_t id);

/* The bytes of a data packet, in 'to', with room for KD_PACKET_MAX. */
size_t desk_packet(uint8_t *to, uint16_t type, uint32_t id,
		   const uint8_t *payload, uint16_t len);

/* Give it a data packet. */
enum kd_debugger_event desk_data(struct desk *k, uint16_t type, uint32_t id,
				 const uint8_t *payload, uint16_t len);

/* Give it an exception, text, or the reply to GetVersion. */
enum kd_debugger_event desk_stop(struct desk *k, uint32_t id);
enum kd_debugger_event desk_print(struct desk *k, uint32_t id);
enum kd_debugger_event desk_version(struct desk *k, uint32_t id);

/* Let it ask for the version, or continue. */
void desk_ask(struct desk *k);
void desk_continue(struct desk *k);

/* Let time pass, its timers going off as they are due. */
void desk_wait(struct desk *k, uint64_t ns);

#endif
