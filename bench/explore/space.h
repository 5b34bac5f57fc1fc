/* SPDX-License-Identifier: MIT */
/*
 * All schedules of one kind, by number: a finite set that can be dealt out to
 * any number of workers and means the same on every machine.
 */
#ifndef EXPLORE_SPACE_H
#define EXPLORE_SPACE_H

#include "bench/explore/reference.h"
#include "bench/explore/schedule.h"

/* A bit per enum act_kind. */
#define ACT_KINDS_ALL ((1u << ACT_KIND_COUNT) - 1)

/*
 * Each byte of each packet that passed without faults, damaged in each way:
 * dropped; delivered twice; each of its bits flipped; and in front of it each
 * of the bytes that mean something to a receiver (30, 69, 62, and one that
 * means nothing).
 */
struct space {
	const struct reference *reference;
	unsigned kinds;  /* of acts, a bit each */
	uint64_t *first; /* number of the first schedule in each passage */
	uint64_t count;
};

void space_init(struct space *s, const struct reference *r, unsigned kinds);
void space_release(struct space *s);

/* The passage that schedule 'number' begins in. */
size_t space_passage(const struct space *s, uint64_t number);

/* Schedule 'number', below s->count. */
void space_at(const struct space *s, uint64_t number, struct schedule *to);

#endif
