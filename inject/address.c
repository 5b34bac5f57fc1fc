/* SPDX-License-Identifier: MIT */
#include "inject/address.h"

const char *const fault_dir_names[2] = {
	[TO_TARGET] = "to-target",
	[TO_DEBUGGER] = "to-debugger",
};

const char *const packet_class_names[CLASS_COUNT] = {
	[CLASS_ANY] = "any",          [CLASS_REQUEST] = "request",
	[CLASS_REPLY] = "reply",      [CLASS_STATE_CHANGE] = "state-change",
	[CLASS_PRINT] = "print",      [CLASS_ACK] = "ack",
	[CLASS_RESEND] = "resend",    [CLASS_RESET] = "reset",
	[CLASS_BREAKIN] = "break-in", [CLASS_OTHER] = "other",
	[CLASS_STRAY] = "stray",
};

const char *const packet_type_names[KD_TYPE_MAX] = {
	[KD_UNUSED] = "any",
	[KD_STATE_CHANGE32] = "state-change32",
	[KD_STATE_MANIPULATE] = "manipulate",
	[KD_DEBUG_IO] = "debug-io",
	[KD_ACKNOWLEDGE] = "ack",
	[KD_RESEND] = "resend",
	[KD_RESET] = "reset",
	[KD_STATE_CHANGE64] = "state-change",
	[KD_POLL_BREAKIN] = "poll-breakin",
	[KD_TRACE_IO] = "trace-io",
	[KD_CONTROL_REQUEST] = "control-request",
	[KD_FILE_IO] = "file-io",
};

const char *const packet_field_names[FIELD_COUNT] = {
	[FIELD_ANY] = "any",         [FIELD_LEADER] = "leader",
	[FIELD_TYPE] = "type",       [FIELD_LENGTH] = "length",
	[FIELD_ID] = "id",           [FIELD_CHECKSUM] = "checksum",
	[FIELD_PAYLOAD] = "payload", [FIELD_TRAILER] = "trailer",
};

static enum packet_class control_class(uint16_t type)
{
	switch (type) {
	case KD_ACKNOWLEDGE: return CLASS_ACK;
	case KD_RESEND: return CLASS_RESEND;
	case KD_RESET: return CLASS_RESET;
	default: return CLASS_OTHER;
	}
}

enum packet_class packet_class_of(const struct kd_header *h, enum fault_dir dir)
{
	if (h->leader == KD_LEADER_CONTROL)
		return control_class(h->type);
	switch (h->type) {
	case KD_STATE_MANIPULATE:
		return dir == TO_TARGET ? CLASS_REQUEST : CLASS_REPLY;
	case KD_STATE_CHANGE32:
	case KD_STATE_CHANGE64: return CLASS_STATE_CHANGE;
	case KD_DEBUG_IO: return CLASS_PRINT;
	default: return CLASS_OTHER;
	}
}

struct byte_range packet_field_range(enum packet_field field,
				     const struct kd_header *h)
{
	/* The fixed part; payload and trailer follow it in data packets. */
	static const struct byte_range fixed[FIELD_COUNT] = {
		[FIELD_ANY] = { 0, KD_PACKET_MAX },
		[FIELD_LEADER] = { 0, 4 },
		[FIELD_TYPE] = { 4, 6 },
		[FIELD_LENGTH] = { 6, 8 },
		[FIELD_ID] = { 8, 12 },
		[FIELD_CHECKSUM] = { 12, KD_HEADER_SIZE },
	};
	uint32_t end = KD_HEADER_SIZE + (uint32_t)h->len;

	if (field == FIELD_PAYLOAD)
		return (struct byte_range){ KD_HEADER_SIZE, end };
	if (field == FIELD_TRAILER)
		return (struct byte_range){ end, end + 1 };
	return fixed[field];
}

enum packet_field packet_field_at(uint32_t offset, const struct kd_header *h)
{
	for (enum packet_field f = FIELD_LEADER; f < FIELD_TRAILER; f++) {
		struct byte_range range = packet_field_range(f, h);

		if (offset >= range.from && offset < range.to)
			return f;
	}
	return FIELD_TRAILER;
}
