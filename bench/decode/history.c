/* SPDX-License-Identifier: MIT */
#include "bench/decode/history.h"

#include <inttypes.h>
#include <stdio.h>

#include "bench/kd/message.h"

/* Could this be EFLAGS? Bit 1 is always set, the highest defined one is 21. */
static bool like_eflags(uint32_t value)
{
	return (value & 2) && value < UINT32_C(1) << 22;
}

/* InstructionCount and ReportFlags of a control report. */
static bool like_counts(const uint8_t *at)
{
	uint16_t count = kd_load16(at);

	return count > 0 && count <= 16 && kd_load16(at + 2) <= 3;
}

/* i386 kernels live in the upper half and sign-extend (kd-protocol 3.1). */
static bool state_tells(const uint8_t *payload, enum kd_arch *arch)
{
	uint32_t upper = kd_load32(payload + 0x1c);
	bool amd64 = like_eflags(kd_load32(payload + 0xd0)) &&
		     like_counts(payload + 0xd4);
	bool i386 = like_eflags(kd_load32(payload + 0xe4)) &&
		    like_counts(payload + 0xc8);

	if (amd64 == i386 && upper == 0)
		return false;
	*arch = i386 && (!amd64 || upper == UINT32_MAX) ? KD_I386 : KD_AMD64;
	return amd64 || i386;
}

static bool version_tells(const struct packet *p, enum kd_arch *arch)
{
	uint16_t machine;

	if (!packet_is_sound(p) || p->header.type != KD_STATE_MANIPULATE ||
	    p->dir != DIR_TO_DEBUGGER || p->payload_len < KD_MANIPULATE_SIZE ||
	    kd_load32(p->payload) != KD_API_GET_VERSION)
		return false;
	machine = kd_load16(p->payload + 0x18);
	if (machine != KD_MACHINE_AMD64 && machine != KD_MACHINE_I386)
		return false;
	*arch = machine == KD_MACHINE_I386 ? KD_I386 : KD_AMD64;
	return true;
}

void history_init(struct history *h, const struct packet_list *list,
		  bool forced, enum kd_arch arch)
{
	bool told = false;

	*h = (struct history){ .ids = !list->records,
			       .forced = forced,
			       .arch = forced ? arch : KD_AMD64 };
	for (size_t i = 0; i < list->count && !forced; i++) {
		const struct packet *p = &list->packets[i];

		if (version_tells(p, &h->arch))
			return;
		if (!told && packet_is_sound(p) &&
		    p->header.type == KD_STATE_CHANGE64 &&
		    p->payload_len >= KD_STATE_SIZE)
			told = state_tells(p->payload, &h->arch);
	}
}

static void see_data(struct history *h, const struct packet *p,
		     struct note *note)
{
	struct sent *s = &h->data[p->dir];
	const struct kd_header *head = &p->header;

	if (h->ids && s->number && s->id == head->id &&
	    s->checksum == head->checksum && s->type == head->type &&
	    s->len == head->len)
		note->again = s->number;
	*s = (struct sent){ .number = note->again ? note->again : p->number,
			    .id = head->id,
			    .checksum = head->checksum,
			    .type = head->type,
			    .len = head->len };
}

static void see_ack(struct history *h, const struct packet *p,
		    struct note *note)
{
	struct sent *s = &h->data[!p->dir];

	note->sync_acked = (p->header.id & KD_ID_SYNC) &&
			   (p->header.id & KD_ID_INITIAL) == KD_ID_INITIAL;
	if (!s->number ||
	    (s->id & ~KD_ID_SYNC) != (p->header.id & ~KD_ID_SYNC)) {
		note->acks_none = true;
		return;
	}
	note->acks = s->number;
	note->acks_again = s->acked;
	s->acked = true;
}

static void see_reset(struct history *h, const struct packet *p,
		      struct note *note)
{
	if (h->reset[!p->dir]) {
		note->answers = h->reset[!p->dir];
		h->reset[!p->dir] = 0;
	} else {
		h->reset[p->dir] = p->number;
	}
}

void history_see(struct history *h, const struct packet *p, struct note *note)
{
	*note = (struct note){ 0 };
	if (p->kind != PACKET_KD || p->dir > DIR_TO_DEBUGGER ||
	    (p->damage &
	     (DAMAGE_HEADER | DAMAGE_TYPE | DAMAGE_LENGTH | DAMAGE_NOT_SENT)))
		return;
	if (!h->forced)
		version_tells(p, &h->arch);
	if (packet_is_data(p))
		see_data(h, p, note);
	else if (p->header.type == KD_ACKNOWLEDGE)
		see_ack(h, p, note);
	else if (p->header.type == KD_RESEND)
		note->wants = h->data[!p->dir].number;
	else if (p->header.type == KD_RESET)
		see_reset(h, p, note);
}

bool note_text(const struct note *n, char *to, size_t size)
{
	*to = '\0';
	if (n->again)
		snprintf(to, size, "again: %" PRIu64, n->again);
	else if (n->acks)
		snprintf(to, size, "of %" PRIu64 "%s%s", n->acks,
			 n->acks_again ? ", once more" : "",
			 n->sync_acked ? ", SYNC not masked" : "");
	else if (n->acks_none)
		snprintf(to, size, "of nothing seen");
	else if (n->wants)
		snprintf(to, size, "wants %" PRIu64 " again", n->wants);
	else if (n->answers)
		snprintf(to, size, "answers %" PRIu64, n->answers);
	return *to != '\0';
}

static void stray_text(const struct packet *p, char *to)
{
	size_t len = 0;

	if (p->leader_run == 3)
		len = (size_t)snprintf(to, DAMAGE_TEXT_MAX,
				       "run of 3 leader bytes: not a packet");
	else
		len = (size_t)snprintf(to, DAMAGE_TEXT_MAX, "no packet");
	if (p->holds_breakin)
		snprintf(to + len, DAMAGE_TEXT_MAX - len,
			 "; holds 62: a running target may stop");
}

static void length_text(const struct packet *p, char *to)
{
	bool run = p->raw[4] == p->raw[3];

	snprintf(to, DAMAGE_TEXT_MAX, "length %u, over 4000: not a packet%s",
		 (unsigned)p->header.len,
		 run ? "; run of more than 4 leader bytes" : "");
}

void damage_text(const struct packet *p, uint16_t bit, char to[DAMAGE_TEXT_MAX])
{
	const size_t size = DAMAGE_TEXT_MAX;

	*to = '\0';
	switch (p->damage & bit) {
	case DAMAGE_SUM:
		snprintf(to, size, "checksum 0x%x, is 0x%x",
			 (unsigned)p->header.checksum, (unsigned)p->sum);
		break;
	case DAMAGE_TRAILER:
		snprintf(to, size, "trailer %02x, should be AA", p->trailer);
		break;
	case DAMAGE_NO_TRAILER: snprintf(to, size, "trailer missing"); break;
	case DAMAGE_SHORT:
		snprintf(to, size, "only %zu of %u bytes of payload",
			 p->payload_len, (unsigned)p->header.len);
		break;
	case DAMAGE_LONG:
		snprintf(to, size, "%zu bytes behind the payload",
			 p->raw_len - KD_HEADER_SIZE - p->header.len);
		break;
	case DAMAGE_LENGTH: length_text(p, to); break;
	case DAMAGE_HEADER:
		snprintf(to, size, "only %zu of 16 bytes of header",
			 p->raw_len < KD_HEADER_SIZE ? p->raw_len
						     : KD_HEADER_SIZE);
		break;
	case DAMAGE_TYPE:
		snprintf(to, size, "type %u does not go with leader %08x",
			 (unsigned)p->header.type, (unsigned)p->header.leader);
		break;
	case DAMAGE_STRAY: stray_text(p, to); break;
	case DAMAGE_NOT_ARRIVED:
		snprintf(to, size, "sent like this, did not arrive so");
		break;
	case DAMAGE_NOT_SENT:
		snprintf(to, size, "arrived like this, was not sent so");
		break;
	}
}
