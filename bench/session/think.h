/* SPDX-License-Identifier: MIT */
/*
 * How long a debugger thinks. 'windbg' draws from what a real WinDbg was seen
 * to do (a decrypted KDNET capture of WinDbg and Windows 10, 526 packets: ACK
 * after 0.21 ms, next request 0.35 ms after a reply, medians).
 */
#ifndef SESSION_THINK_H
#define SESSION_THINK_H

#include "bench/session/step.h"

/* Before acknowledging a packet of the target, ns. */
uint64_t think_ack_ns(const struct think *t);

/* Between the end of operation 'index' and the next request, ns. */
uint64_t think_gap_ns(const struct think *t, uint64_t seed, uint64_t index);

#endif
