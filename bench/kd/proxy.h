/* SPDX-License-Identifier: MIT */
/*
 * A target on a packet link (kd/record.h), as a debugger sees it that knows
 * only the serial framing: what the host's half of VMKD and VirtualKD does
 * (kd-protocol 9.2). Records become packets with ids, a checksum and a trailer,
 * sent until they are acknowledged; packets become records. Freestanding; its
 * state is plain data.
 *
 *	debugger <-- serial framing --> proxy <-- records --> target
 *
 * The owner calls, in any order and as often as it likes:
 *
 *	kd_proxy_from_debugger(), kd_proxy_from_target()  bytes that arrived
 *	kd_proxy_to_debugger(), kd_proxy_to_target()      room for bytes
 *	kd_proxy_time()   the clock, at the latest at kd_proxy_deadline()
 *
 * RESET is answered at once, as VirtualKD does, and what lies between the two
 * ends is thrown away: a packet that was on its way to the debugger, a request
 * that has not left, the rest of what the debugger had sent (more RESETs, F36),
 * and all that a stopped target still says before it answers the reset record,
 * by which it is told to report its state again.
 */
#ifndef KD_PROXY_H
#define KD_PROXY_H

#include "bench/kd/exchange.h"
#include "bench/kd/message.h"
#include "bench/kd/record.h"

struct kd_proxy_profile {
	/* No ACK, or the next byte of a packet missing, for so long. */
	uint64_t timeout_ns;
	/*
	 * Sends of a packet that the target would not wait for (a print), until
	 * it is dropped: the target is held up for no longer than that.
	 */
	uint64_t tries;
	/* A RESET throws nothing away (to show what that leads to). */
	bool keep;
};

struct kd_proxy {
	struct kd_proxy_profile profile;
	struct kd_exchange x;    /* towards the debugger */
	struct kd_parser target; /* records that come */
	bool connected;          /* somebody is at the other end */
	bool absent;     /* he answers nothing: droppable packets are dropped */
	bool stopped;    /* the target waits for requests */
	bool stale;      /* what it says is of an earlier life */
	bool breakin;    /* tell the target: break in */
	uint8_t resets;  /* tell it so often: report your state again */
	uint64_t tries;  /* sends left of the packet in flight */
	uint64_t heard;  /* when the last byte came or left */
	uint64_t lost;   /* packets of the target that nobody got */
	uint64_t undone; /* requests that never reached the target */
	uint16_t out_len, out_sent; /* the record on its way to the target */
	uint8_t out[KD_RECORD_SIZE + KD_PAYLOAD_MAX];
};

/* A proxy with nobody at its serial end, before a target that runs. */
void kd_proxy_init(struct kd_proxy *p, const struct kd_proxy_profile *profile);

/*
 * Somebody is there now: a state change that waits is sent to him. Ids go on,
 * as on a cable that was plugged in again; he will begin with RESET.
 */
void kd_proxy_connect(struct kd_proxy *p, uint64_t now);

/*
 * Nobody is there any more. A state change waits for the next one; everything
 * else that was on its way to him is dropped, and what the target says until
 * then too, so that it is not held up.
 */
void kd_proxy_disconnect(struct kd_proxy *p);

/*
 * The target has ended: put VirtualKD's last words on their way, a load-symbols
 * state change that unloads base -1 (kd-protocol 4.3).
 */
void kd_proxy_farewell(struct kd_proxy *p, uint64_t now);

/* Bytes of the serial framing; returns how many were consumed. */
size_t kd_proxy_from_debugger(struct kd_proxy *p, struct kd_span in,
			      uint64_t now);

/* Bytes of records; none are consumed while a packet is not acknowledged. */
size_t kd_proxy_from_target(struct kd_proxy *p, struct kd_span in,
			    uint64_t now);

/* Fill 'room' with bytes for the debugger; returns how many. */
size_t kd_proxy_to_debugger(struct kd_proxy *p, struct kd_room room,
			    uint64_t now);

/* Fill 'room' with bytes for the target; returns how many. */
size_t kd_proxy_to_target(struct kd_proxy *p, struct kd_room room);

/* Let time-outs that are due happen. */
void kd_proxy_time(struct kd_proxy *p, uint64_t now);

/* When kd_proxy_time() next matters, or UINT64_MAX. */
uint64_t kd_proxy_deadline(const struct kd_proxy *p);

#endif
