/* SPDX-License-Identifier: MIT */
/*
 * How the guest describes itself: as Windows, as far as debuggers insist on it
 * (bench/kd/identity.h), and by our own 'KDBB' (bench/kd/kdbb.h).
 */
#ifndef GUEST_BLOCK_H
#define GUEST_BLOCK_H

#include "bench/guest/params.h"
#include "bench/kd/message.h"
#include "bench/kd/world.h"

/* Build the blocks. 'spin_pc' is where the spin workload passes. */
void block_init(const struct params *p, uint64_t spin_pc);

/* Fill in m->u.version, which leads to them. */
void block_version(struct kd_manipulate *m);

/* A field of KDBB, KDBB_*, as the guest has filled it in. */
uint64_t block_field(unsigned offset);

/* A field of the mailbox, KDBB_MAIL_*; the harness may write it at any stop. */
uint64_t block_mail(unsigned offset);
void block_set_mail(unsigned offset, uint64_t value);

/* What a call through 'depth' of the world's functions needs, if it has them.
 */
bool block_dive(struct kd_world_dive *dive, uint64_t depth);

/* Addresses of a CPU's KPCR, KPRCB and current thread. */
uint64_t block_pcr(unsigned cpu);
uint64_t block_prcb(unsigned cpu);
uint64_t block_thread(unsigned cpu);

#endif
