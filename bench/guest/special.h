/* SPDX-License-Identifier: MIT */
/* The control spaces: what is per processor and not in a CONTEXT. */
#ifndef GUEST_SPECIAL_H
#define GUEST_SPECIAL_H

#include <stdint.h>

/*
 * Of a stopped CPU: copy at most 'len' bytes of control space 'selector'
 * (kd-protocol: 0 KPCR, 1 KPRCB, 2 KSPECIAL_REGISTERS, 3 KTHREAD) and return
 * how many; 0: there is no such selector.
 */
uint32_t special_read(unsigned cpu, uint64_t selector, uint8_t *to,
		      uint32_t len);

/*
 * Take the first bytes of KSPECIAL_REGISTERS; of them the debug registers are
 * changed. Returns how many were taken, 0 for any other selector.
 */
uint32_t special_write(unsigned cpu, uint64_t selector, const uint8_t *from,
		       uint32_t len);

#endif
