/* SPDX-License-Identifier: MIT */
#ifndef RUN_PATTERN_H
#define RUN_PATTERN_H

#include <stdint.h>

/*
 * 'size' bytes of the pattern of this nonce: what the target's pattern region
 * must hold. One buffer, overwritten by the next call; never freed.
 */
const uint8_t *pattern_of(uint64_t nonce, uint64_t size);

#endif
