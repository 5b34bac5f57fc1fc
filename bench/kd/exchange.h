/* SPDX-License-Identifier: MIT */
/*
 * One end of a stop-and-wait link: ids, the one data packet in flight, and the
 * packets waiting to leave. What to do with what arrives is decided by target.c
 * and debugger.c, whose rules differ. Freestanding; plain data.
 */
#ifndef KD_EXCHANGE_H
#define KD_EXCHANGE_H

#include "bench/kd/parser.h"
#include "bench/kd/span.h"
#include "bench/kd/wire.h"

#define KD_QUEUE_MAX 8

enum kd_out_kind {
	KD_OUT_CONTROL, /* ACK, RESEND or RESET */
	KD_OUT_DATA,    /* the data packet in flight */
	KD_OUT_BREAKIN, /* the byte 62 */
};

struct kd_out {
	uint8_t kind;
	uint16_t type;
	uint32_t id;
};

/* What happened at this end since it was made. */
struct kd_counts {
	uint64_t packets_in;   /* good data packets, duplicates not counted */
	uint64_t packets_out;  /* data packets sent, copies included */
	uint64_t resent;       /* of them copies */
	uint64_t resends_out;  /* RESEND sent */
	uint64_t resends_in;   /* RESEND received */
	uint64_t resets_out;   /* RESET sent */
	uint64_t resets_in;    /* RESET received */
	uint64_t acks_out;     /* ACK sent */
	uint64_t acks_in;      /* ACK that matched */
	uint64_t timeouts;     /* that led to an act */
	uint64_t duplicates;   /* data packets acknowledged and dropped */
	uint64_t bad_checksum; /* data packets refused for their sum */
	uint64_t bad_frame;    /* for their length or trailer */
	uint64_t stray;        /* bytes outside any packet */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t useful; /* bytes of packets that arrived or left for the first
			    time, and of their ACKs; records: 0 */
};

struct kd_exchange {
	struct kd_parser rx;
	bool reliable;        /* records instead of packets: kd/record.h */
	uint32_t next_id;     /* of the packet in flight, or the next one */
	uint32_t expected_id; /* of the next data packet */
	bool unacked;         /* a data packet is in flight */
	uint16_t own;         /* not 0: only so many bytes of its payload lie
				 in 'payload' (kd/late.h) */
	uint16_t type;        /* of the data packet in flight */
	uint16_t len;         /* of its payload */
	uint32_t sum;
	uint8_t queue_len;
	uint16_t sent; /* bytes of queue[0] that have left */
	struct kd_out queue[KD_QUEUE_MAX];
	struct kd_counts counts;
	uint8_t payload[KD_PAYLOAD_MAX];
};

/* A fresh end; 'first_id' is INITIAL, with SYNC for a target. */
void kd_exchange_init(struct kd_exchange *x, uint32_t first_id, bool early,
		      bool reliable);

/*
 * Put the data packet whose payload the caller has built in x->payload on its
 * way. 'sum' is the checksum of its 'len' bytes.
 */
void kd_exchange_send(struct kd_exchange *x, uint16_t type, uint16_t len,
		      uint32_t sum);

/* A data packet with 'len' bytes of payload passed that is no copy. */
static inline void kd_exchange_useful(struct kd_exchange *x, uint32_t len)
{
	if (!x->reliable) /* header, trailer; the ACK */
		x->counts.useful += KD_HEADER_SIZE + len + 1 + KD_HEADER_SIZE;
}

/* Send it again, same id; not queued twice. */
void kd_exchange_resend(struct kd_exchange *x);

/* Send it again under an id that the caller knows better. */
void kd_exchange_repeat(struct kd_exchange *x, uint32_t id);

/* Is a data packet on its way, some of its bytes already gone? */
static inline bool kd_exchange_in_data(const struct kd_exchange *x)
{
	return x->sent != 0 && x->queue[0].kind == KD_OUT_DATA;
}

/* It is acknowledged: toggle the id, clear SYNC. */
void kd_exchange_acked(struct kd_exchange *x);

/* Queue a control packet. Control packets beyond the queue's end are lost. */
void kd_exchange_control(struct kd_exchange *x, uint16_t type, uint32_t id);

/* Queue the break-in byte. */
void kd_exchange_breakin(struct kd_exchange *x);

/* Both counters back to INITIAL, nothing in flight, the queue empty. */
void kd_exchange_reset(struct kd_exchange *x);

/* Is there anything to send? */
static inline bool kd_exchange_pending(const struct kd_exchange *x)
{
	return x->queue_len != 0;
}

/* Can at least 'count' more packets be queued? */
static inline bool kd_exchange_has_room(const struct kd_exchange *x,
					unsigned count)
{
	return x->queue_len + count <= KD_QUEUE_MAX;
}

/*
 * Where in the bytes to be sent does the payload of a data packet begin, of
 * which none has left? False: no such packet waits.
 */
bool kd_exchange_data_at(const struct kd_exchange *x, size_t *at);

/*
 * Write what is queued up to the end of that packet, whose payload begins 'at'
 * there and all of which fits into 'room'. Only x->own bytes of its payload are
 * taken from x->payload; the others lie at their place in 'room' already.
 * Returns bytes written.
 */
size_t kd_exchange_write_around(struct kd_exchange *x, struct kd_room room,
				size_t at);

/* Write what is queued into 'room'; returns bytes written. */
size_t kd_exchange_write(struct kd_exchange *x, struct kd_room room);

/*
 * Write bytes [from, from + room.len) of one packet into 'room', header,
 * payload and trailer; returns how many, 0 at the packet's end.
 */
size_t kd_packet_write(const struct kd_header *header, const uint8_t *payload,
		       size_t from, struct kd_room room);

/* A hash of all that decides what comes next. */
uint64_t kd_exchange_digest(const struct kd_exchange *x);

#endif
