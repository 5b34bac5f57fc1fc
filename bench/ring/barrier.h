/* SPDX-License-Identifier: MIT */
/* The one order of memory that loads and stores cannot express. */
#ifndef RING_BARRIER_H
#define RING_BARRIER_H

/* No store before it becomes visible after a load behind it. */
static inline void ring_full_barrier(void)
{
#if defined(__x86_64__)
	/*
	 * Not __atomic_thread_fence(): GCC makes a locked OR of it, and MFENCE
	 * is what was tried against TCG, a million times without a miss.
	 */
	__asm__ volatile("mfence" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

#endif
