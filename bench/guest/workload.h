/* SPDX-License-Identifier: MIT */
/* What the running guest does: what the mailbox orders, else nothing. */
#ifndef GUEST_WORKLOAD_H
#define GUEST_WORKLOAD_H

#include <stdint.h>

/* The address that every unit of spin work passes. */
uint64_t workload_spin_pc(void);

/* Obey the mailbox, idle, and poll for break-ins, for ever. */
_Noreturn void workload_run(void);

#endif
