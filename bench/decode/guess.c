/* SPDX-License-Identifier: MIT */
/* Who sent it, where the capture does not say. */
#include "bench/decode/packet.h"
#include "bench/kd/message.h"

static enum capture_dir of_manipulate(const struct packet *p)
{
	size_t data = p->payload_len - KD_MANIPULATE_SIZE;
	const struct kd_api_info *info =
		kd_api_find(kd_load32(p->payload), KD_AMD64);
	uint32_t status = kd_load32(p->payload + 8);

	if (!info)
		return DIR_UNKNOWN;
	if (!info->has_reply || status == KD_STATUS_PENDING)
		return DIR_TO_TARGET;
	if (!kd_status_ok(status))
		return DIR_TO_DEBUGGER;
	if (data && info->request == KD_TRAILS_NOTHING)
		return DIR_TO_DEBUGGER;
	if (data && info->reply == KD_TRAILS_NOTHING)
		return DIR_TO_TARGET;
	/* Every target tells its machine. */
	if (kd_load32(p->payload) == KD_API_GET_VERSION)
		return kd_load16(p->payload + 0x18) ? DIR_TO_DEBUGGER
						    : DIR_TO_TARGET;
	return DIR_UNKNOWN;
}

/* What the packet alone tells. */
static enum capture_dir looks_like(const struct packet *p)
{
	if (!packet_is_data(p) || (p->damage & (DAMAGE_SHORT | DAMAGE_TYPE)))
		return p->kind == PACKET_BREAKIN ? DIR_TO_TARGET : DIR_UNKNOWN;
	switch (p->header.type) {
	case KD_STATE_CHANGE32:
	case KD_STATE_CHANGE64:
	case KD_TRACE_IO: return DIR_TO_DEBUGGER;
	case KD_CONTROL_REQUEST: return DIR_TO_TARGET;
	case KD_DEBUG_IO:
		return p->payload_len >= 4 &&
				       kd_load32(p->payload) == KD_PRINT_STRING
			       ? DIR_TO_DEBUGGER
			       : DIR_UNKNOWN;
	case KD_STATE_MANIPULATE:
		return p->payload_len < KD_MANIPULATE_SIZE ? DIR_UNKNOWN
							   : of_manipulate(p);
	default: return DIR_UNKNOWN;
	}
}

static void set(struct packet *p, enum capture_dir dir)
{
	p->dir = (uint8_t)dir;
	p->guessed = true;
}

/* One direction: all packets are what the first telling one is. */
static void guess_one(struct packet_list *list)
{
	enum capture_dir dir = DIR_UNKNOWN;

	for (size_t i = 0; i < list->count && dir == DIR_UNKNOWN; i++) {
		if (list->packets[i].kind != PACKET_BREAKIN)
			dir = looks_like(&list->packets[i]);
	}
	for (size_t i = 0; i < list->count; i++) {
		if (list->packets[i].dir == DIR_UNKNOWN)
			set(&list->packets[i],
			    dir == DIR_UNKNOWN ? DIR_TO_TARGET : dir);
	}
}

static enum capture_dir opposite(unsigned dir)
{
	return dir == DIR_TO_TARGET ? DIR_TO_DEBUGGER : DIR_TO_TARGET;
}

/* Both: requests and replies take turns, an ACK answers what went before. */
static void guess_each(struct packet_list *list)
{
	const struct packet *data = NULL;
	uint32_t open = 0; /* the API of a request without a reply */

	for (size_t i = 0; i < list->count; i++) {
		struct packet *p = &list->packets[i];
		enum capture_dir dir = looks_like(p);
		uint32_t api;

		if (p->dir != DIR_UNKNOWN)
			continue;
		if (!packet_is_data(p)) {
			if (dir == DIR_UNKNOWN && data && p->kind == PACKET_KD)
				dir = opposite(data->dir);
			set(p, dir);
			continue;
		}
		data = p;
		api = p->payload_len >= 4 ? kd_load32(p->payload) : 0;
		if (dir == DIR_UNKNOWN && p->header.type == KD_FILE_IO)
			dir = open == api ? DIR_TO_TARGET : DIR_TO_DEBUGGER;
		if (dir == DIR_UNKNOWN)
			dir = open == api ? DIR_TO_DEBUGGER : DIR_TO_TARGET;
		open = open == api ? 0 : api;
		set(p, dir);
	}
}

void packet_guess_directions(struct packet_list *list, bool mixed)
{
	if (mixed)
		guess_each(list);
	else
		guess_one(list);
}
