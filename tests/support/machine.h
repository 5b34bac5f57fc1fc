/* SPDX-License-Identifier: MIT */
/*
 * A target on a machine of two CPUs and 4 KiB, and what it says: one letter for
 * each packet, A ack, N resend, Z reset, D data.
 */
#ifndef SUPPORT_MACHINE_H
#define SUPPORT_MACHINE_H

#include "bench/kd/say.h"
#include "bench/kd/target.h"

/* Its byte time-out. */
#define TIMEOUT UINT64_C(1000)

/* A machine with memory at address 0, and what was asked of it. */
struct machine {
	struct kd_target t;
	uint64_t now;
	uint8_t memory[4096];
	uint8_t contexts[2][KD_CONTEXT_SIZE]; /* of both CPUs */
	uint8_t special[2][KD_SPECIAL_SIZE];
	uint16_t port; /* the last one asked for, and how */
	uint32_t port_size, port_value;
	uint64_t msr; /* MSR 1 */
	unsigned resumed, rebooted;
	uint32_t bugcheck;
	char said[256]; /* A ack, N resend, Z reset, D data */
	uint32_t ids[64];
	uint32_t data_ids[64];
	unsigned data_count;
	uint16_t data_type;
	uint8_t data[KD_PAYLOAD_MAX];
	uint16_t data_len;
};

/* How those behave that are made next: at first as the profile 'ms'. */
extern struct kd_target_profile machine_profile;

/* How much room there is for what they say, at most 8192; 64 at first. */
extern size_t machine_room;

/* Let them behave as the target profile of this name. */
void machine_be(const char *name);

/* Running, as after power-up. */
void machine_power_up(struct machine *m);

/* Stopped, its state change taken: waiting for the first request. */
void machine_stop(struct machine *m);

/* Give it bytes, and note what it says to them. */
void machine_hear(struct machine *m, const uint8_t *bytes, size_t len);

/* Its UART tells it of an error before the next byte. */
void machine_error(struct machine *m);

/* Let one byte time-out pass. */
void machine_be_silent(struct machine *m);

/* Send it a control packet. */
void machine_control(struct machine *m, uint16_t type, uint32_t id);

/* Note what it says while nothing is sent. */
void machine_listen(struct machine *m);

/* Forget what it has said. */
void machine_forget(struct machine *m);

/* A request to read 16 bytes at 0x100; returns its length, at most 128. */
size_t machine_request(uint8_t *to, uint32_t id);

/* Send it that request and forget what it said before; returns m->said. */
const char *machine_said_to(struct machine *m, uint32_t id);

/* Stop it and be served once, without acknowledging the reply. */
void machine_owe_an_ack(struct machine *m);

/* Ask it, under the id that it expects; 'data' trails the request. */
void machine_ask(struct machine *m, const struct kd_manipulate *r,
		 const void *data, uint32_t len);

/* Its answer, which is acknowledged; anything else fails the test. */
struct kd_manipulate machine_answer(struct machine *m);

#endif
