/* SPDX-License-Identifier: MIT */
/*
 * Memory as two x86 processors see it (x86-TSO): a store waits in a buffer of
 * its processor's and reaches memory some time later, in order; a load takes
 * the newest value of its own buffer, else that in memory. Plain data.
 */
#ifndef SUPPORT_TSO_H
#define SUPPORT_TSO_H

#include <stdbool.h>
#include <stdint.h>

#define TSO_PLACES 6
#define TSO_BUFFER 8

struct tso {
	uint32_t memory[TSO_PLACES];
	struct tso_buffer {
		uint32_t count;
		struct {
			uint32_t place, value;
		} store[TSO_BUFFER]; /* oldest first; zero behind them */
	} buffer[2];
};

void tso_store(struct tso *t, unsigned who, uint32_t place, uint32_t value);
uint32_t tso_load(const struct tso *t, unsigned who, uint32_t place);

/* Has everything that 'who' stored reached memory? A barrier waits for that. */
bool tso_drained(const struct tso *t, unsigned who);

/* The oldest store of 'who', which has one, reaches memory. */
void tso_drain(struct tso *t, unsigned who);

#endif
