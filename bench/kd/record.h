/* SPDX-License-Identifier: MIT */
/*
 * Records: how KD packets travel on a link that is reliable and keeps packets
 * whole (what VMKD and VirtualKD do between KdSendPacket and KdReceivePacket).
 * No id, no acknowledgement, no checksum. Freestanding.
 *
 *	0  u8   kind (enum kd_record)
 *	1  u8   zero
 *	2  u16  packet type of a data record, else zero
 *	4  u32  payload bytes behind the header
 */
#ifndef KD_RECORD_H
#define KD_RECORD_H

#include "bench/kd/wire.h"

#define KD_RECORD_SIZE 8

enum kd_record {
	KD_RECORD_DATA = 1,
	KD_RECORD_BREAKIN = 2,
	KD_RECORD_RESET = 3,
	KD_RECORD_LINK_UP = 4,
};

static inline void kd_record_store(uint8_t *at, enum kd_record kind,
				   uint16_t type, uint32_t len)
{
	at[0] = (uint8_t)kind;
	at[1] = 0;
	kd_store16(at + 2, type);
	kd_store32(at + 4, len);
}

#endif
