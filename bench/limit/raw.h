/* SPDX-License-Identifier: MIT */
/* Our end of KDBB_RAW: a line without KD on it. */
#ifndef LIMIT_RAW_H
#define LIMIT_RAW_H

#include "bench/link/link.h"

/*
 * Await the guest's word that the line is no longer KD's. False: the link
 * failed, the guest said something else, or nothing for 10 seconds.
 */
bool raw_begin(struct link *l, struct err *err);

/*
 * Ask for 'len' bytes (1 to KD_DATA_MAX) of memory at 'address', spinning until
 * they have come, and copy them once, to 'to'; 'summed' as the order said, with
 * their sum, as KD's receiver does. False: the link failed, the sum is another
 * one, or the guest said nothing for 10 seconds.
 */
bool raw_read(struct link *l, bool summed, uint64_t address, uint32_t len,
	      uint8_t *to, struct err *err);

/* Send a request with this length and await nothing: 0 ends the order. */
bool raw_request(struct link *l, uint64_t address, uint64_t len,
		 struct err *err);

#endif
