/* SPDX-License-Identifier: MIT */
/*
 * The byte reader of radare2's client, which does not hunt for a leader: it
 * reads sixteen bytes and looks at them afterwards (radare2 shlr/winkd/kd.c).
 * Where they are no header it says so once (KD_PARSE_LOST: the client sends
 * RESEND) and slides from the seventeenth byte on; a leader among the sixteen
 * is gone. A leader of four zero bytes is a packet too, an unused one.
 *
 * It is a way of reading of struct kd_parser, which holds its state, so that
 * everything behind the header is the same code. Private to bench/kd.
 */
#ifndef KD_BLOCKS_H
#define KD_BLOCKS_H

#include "bench/kd/parser.h"

/* Bytes that it slides over until it gives up. */
#define KD_BLOCKS_SLIDE_MAX 0x800

/* One byte in KD_PART_BLOCK, KD_PART_SLIDE or KD_PART_BODY. */
enum kd_parse kd_blocks_byte(struct kd_parser *p, uint8_t byte);

#endif
