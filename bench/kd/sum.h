/* SPDX-License-Identifier: MIT */
/*
 * The checksum: a plain 32-bit sum of bytes taken as unsigned. It covers the
 * payload only. Damage to type, length or id is found later or not at all,
 * which is why a scenario can aim at each of them. Freestanding.
 */
#ifndef KD_SUM_H
#define KD_SUM_H

#include <stddef.h>
#include <stdint.h>

/* The sum of 'len' bytes. */
uint32_t kd_sum(const uint8_t *at, size_t len);

/*
 * Copy 'len' bytes and return their sum, eight bytes at a time. Each source
 * byte is read once, so what was summed is what was copied even if somebody
 * else is writing there. The areas must not overlap.
 */
uint32_t kd_copy_sum(uint8_t *to, const uint8_t *from, size_t len);

#endif
