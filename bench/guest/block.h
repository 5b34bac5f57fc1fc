/* SPDX-License-Identifier: MIT */
/*
 * How the guest describes itself: the DebuggerDataList with 'KDBG', as far as
 * real debuggers insist on it, and our 'KDBB' (bench/kd/kdbb.h).
 */
#ifndef GUEST_BLOCK_H
#define GUEST_BLOCK_H

#include "bench/guest/params.h"
#include "bench/kd/message.h"

/* Build the blocks. 'spin_pc' is where the spin workload passes. */
void block_init(const struct params *p, uint64_t spin_pc);

/* Fill in m->u.version, which leads to them. */
void block_version(struct kd_manipulate *m);

/* A field of the mailbox, KDBB_MAIL_*; the harness may write it at any stop. */
uint64_t block_mail(unsigned offset);
void block_set_mail(unsigned offset, uint64_t value);

/* Stand-ins for KPCR, KPRCB and KTHREAD: zeroed memory with an address. */
uint64_t block_processor(void);
uint64_t block_thread(void);

#endif
