/* SPDX-License-Identifier: MIT */
/*
 * Constants and byte order of the Windows KD serial protocol. Names and values
 * are those of ReactOS' windbgkd.h, which every other public source agrees
 * with; docs/protocol.md says where each fact comes from. Freestanding.
 */
#ifndef KD_WIRE_H
#define KD_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Framing: header, payload, and one trailing byte behind data packets. */
#define KD_LEADER_DATA UINT32_C(0x30303030)
#define KD_LEADER_CONTROL UINT32_C(0x69696969)
#define KD_LEADER_DATA_BYTE 0x30
#define KD_LEADER_CONTROL_BYTE 0x69
#define KD_LEADER_SIZE 4
#define KD_HEADER_SIZE 16
#define KD_TRAILER_BYTE 0xaa
#define KD_BREAKIN_BYTE 0x62

/* PACKET_MAX_SIZE: the largest ByteCount that a target accepts. */
#define KD_PAYLOAD_MAX 4000
/* Bytes of a maximal data packet on the wire. */
#define KD_PACKET_MAX (KD_HEADER_SIZE + KD_PAYLOAD_MAX + 1)

/* Packet ids: one sequence bit on a constant, SYNC on the first of a life. */
#define KD_ID_INITIAL UINT32_C(0x80800000)
#define KD_ID_SYNC UINT32_C(0x00000800)

enum kd_type {
	KD_UNUSED = 0,
	KD_STATE_CHANGE32 = 1,
	KD_STATE_MANIPULATE = 2,
	KD_DEBUG_IO = 3,
	KD_ACKNOWLEDGE = 4,
	KD_RESEND = 5,
	KD_RESET = 6,
	KD_STATE_CHANGE64 = 7,
	KD_POLL_BREAKIN = 8,
	KD_TRACE_IO = 9,
	KD_CONTROL_REQUEST = 10,
	KD_FILE_IO = 11,
	KD_TYPE_MAX = 12
};

/* The header's fields behind the leader. */
struct kd_header {
	uint32_t leader;
	uint16_t type;
	uint16_t len; /* ByteCount: payload bytes */
	uint32_t id;
	uint32_t checksum;
};

static inline uint16_t kd_load16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t kd_load32(const uint8_t *at)
{
	return (uint32_t)kd_load16(at) | (uint32_t)kd_load16(at + 2) << 16;
}

static inline uint64_t kd_load64(const uint8_t *at)
{
	return (uint64_t)kd_load32(at) | (uint64_t)kd_load32(at + 4) << 32;
}

static inline void kd_store16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static inline void kd_store32(uint8_t *at, uint32_t value)
{
	kd_store16(at, (uint16_t)value);
	kd_store16(at + 2, (uint16_t)(value >> 16));
}

static inline void kd_store64(uint8_t *at, uint64_t value)
{
	kd_store32(at, (uint32_t)value);
	kd_store32(at + 4, (uint32_t)(value >> 32));
}

/* Decode the 16 bytes of a header. */
static inline struct kd_header kd_load_header(const uint8_t *at)
{
	return (struct kd_header){
		.leader = kd_load32(at),
		.type = kd_load16(at + 4),
		.len = kd_load16(at + 6),
		.id = kd_load32(at + 8),
		.checksum = kd_load32(at + 12),
	};
}

/* Encode a header into 16 bytes. */
static inline void kd_store_header(uint8_t *at, const struct kd_header *h)
{
	kd_store32(at, h->leader);
	kd_store16(at + 4, h->type);
	kd_store16(at + 6, h->len);
	kd_store32(at + 8, h->id);
	kd_store32(at + 12, h->checksum);
}

/* ACK, RESEND and RESET travel under the control leader, without payload. */
static inline bool kd_type_is_control(uint16_t type)
{
	return type == KD_ACKNOWLEDGE || type == KD_RESEND || type == KD_RESET;
}

#endif
