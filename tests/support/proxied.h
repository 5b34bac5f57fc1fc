/* SPDX-License-Identifier: MIT */
/*
 * A proxy between a debugger and a target that are both the test's: one letter
 * for each thing that it says.
 */
#ifndef SUPPORT_PROXIED_H
#define SUPPORT_PROXIED_H

#include "bench/kd/proxy.h"

#define WAIT UINT64_C(1000) /* its time-out */

struct proxied {
	struct kd_proxy p;
	uint64_t now;
	char said[256]; /* to the debugger: A ack, N resend, Z reset, D data */
	char told[256]; /* to the target: D data, B break-in, Z reset */
	uint32_t ids[256];            /* of what was said */
	uint16_t last_type, last_len; /* of the last data packet */
	uint8_t last[KD_PAYLOAD_MAX];
};
extern struct proxied proxied;

/* Nobody is connected, the target runs. */
void proxied_begin(bool keep);

/* Connected, stopped, the state change acknowledged. */
void proxied_attach(bool keep);

/* Let it say all it has to say, to both sides. */
void proxied_listen(void);

/*
 * The target sends a record with 'len' bytes of payload, whose first word is
 * 'kind'; returns how many bytes were taken.
 */
size_t proxied_record(uint16_t type, uint32_t kind, uint16_t len);
void proxied_stop(void);
void proxied_print(void);
void proxied_answer_reset(void);

/* The debugger sends bytes, one by one, and what is said to each is kept. */
void proxied_hear(const uint8_t *bytes, size_t len);
void proxied_control(uint16_t type, uint32_t id);
void proxied_ask(uint32_t api, uint32_t id);

/* A request as proxied_ask() sends it; at most 128 bytes. */
size_t proxied_request(uint8_t *to, uint32_t api, uint32_t id);

#endif
