/* SPDX-License-Identifier: MIT */
/*
 * What went before: which packet an ACK is for, what was sent already, and
 * which machine the target is. Packets are to be shown to it in order.
 */
#ifndef DECODE_HISTORY_H
#define DECODE_HISTORY_H

#include "bench/decode/packet.h"
#include "bench/kd/layout.h"

struct sent {
	uint64_t number; /* of the first copy; 0: none */
	uint32_t id, checksum;
	uint16_t type, len;
	bool acked; /* since the last copy */
};

struct history {
	struct sent data[2]; /* the last data packet of each direction */
	uint64_t reset[2];   /* a RESET without an answer; 0: none */
	bool ids;            /* packets have ids */
	bool forced;         /* arch is the user's */
	bool told;           /* arch is from GetVersion */
	enum kd_arch arch;
};

/* What the packets before it say of one; all 0: nothing. */
struct note {
	uint64_t again;   /* a copy of this one */
	uint64_t acks;    /* an ACK for this one ... */
	bool acks_again;  /* ... which was acknowledged already */
	bool acks_none;   /* an ACK for nothing that was seen */
	uint64_t wants;   /* RESEND: asks for this one again */
	uint64_t answers; /* a RESET that answers this one */
	bool sync_acked;  /* an ACK whose SYNC is not masked */
};

/*
 * Begin. Without 'forced' the machine is that of the first reply to GetVersion
 * in the list, else of the first state change that tells, else amd64.
 */
void history_init(struct history *h, const struct packet_list *list,
		  bool forced, enum kd_arch arch);

/* Note what can be said of 'p', and remember it. */
void history_see(struct history *h, const struct packet *p, struct note *note);

/*
 * What is said of a packet, as words: "acknowledges 12". Returns false if it is
 * nothing.
 */
bool note_text(const struct note *note, char *to, size_t size);

/* Bits of p->damage as sentences, one at a time. */
#define DAMAGE_TEXT_MAX 120
void damage_text(const struct packet *p, uint16_t bit,
		 char to[DAMAGE_TEXT_MAX]);

#endif
