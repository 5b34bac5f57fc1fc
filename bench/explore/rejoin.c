/* SPDX-License-Identifier: MIT */
#include "bench/explore/rejoin.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

#define ROOM_FIRST 256

static struct rejoin_point *place(const struct rejoin *r, uint64_t digest)
{
	size_t at = digest % r->room;

	while (r->points[at].digest && r->points[at].digest != digest)
		at = (at + 1) % r->room;
	return &r->points[at];
}

static void grow(struct rejoin *r)
{
	struct rejoin old = *r;

	r->room = old.room ? 2 * old.room : ROOM_FIRST;
	r->points = mem_array(r->room, sizeof(*r->points));
	for (size_t i = 0; i < old.room; i++)
		if (old.points[i].digest)
			*place(r, old.points[i].digest) = old.points[i];
	free(old.points);
}

void rejoin_add(struct rejoin *r, const struct rejoin_point *p)
{
	struct rejoin_point *to;

	if (2 * r->count >= r->room)
		grow(r);
	to = place(r, p->digest);
	if (to->digest) { /* it has been here before: the first time counts */
		free(p->machine);
		free(p->session);
		return;
	}
	*to = *p;
	r->count++;
}

const struct rejoin_point *rejoin_find(const struct rejoin *r, uint64_t digest)
{
	const struct rejoin_point *p;

	if (!r->count)
		return NULL;
	p = place(r, digest);
	return p->digest ? p : NULL;
}

void rejoin_release(struct rejoin *r)
{
	for (size_t i = 0; i < r->room; i++) {
		free(r->points[i].machine);
		free(r->points[i].session);
	}
	free(r->points);
	*r = (struct rejoin){ 0 };
}

void rejoin_told(struct rejoin_told *to, const struct kd_debugger *d)
{
	memset(to, 0, sizeof(*to));
	memcpy(to->stop, d->state_change, sizeof(to->stop));
	to->new_state = d->new_state;
	to->last_id = d->last_id;
	to->last_sum = d->last_sum;
	to->last_type = d->last_type;
	to->last_len = d->last_len;
	to->asked_sum = d->asked.sum;
	to->asked_type = d->asked.type;
	to->asked_len = d->asked.len;
}

#define SAME(member) (memcmp(&a->member, &b->member, sizeof(a->member)) == 0)

bool rejoin_same_session(const struct session *a, const struct session *b)
{
	if (a->waiting && (a->data_len != b->data_len || !SAME(request) ||
			   memcmp(a->data, b->data, a->data_len) != 0))
		return false;
	return a->step == b->step && a->resume_trace == b->resume_trace &&
	       a->resume_dr7 == b->resume_dr7 && a->saved_len == b->saved_len &&
	       memcmp(a->saved, b->saved, a->saved_len) == 0 &&
	       a->op_address == b->op_address && a->op_len == b->op_len &&
	       memcmp(a->old, b->old, a->op_len) == 0 && SAME(target) &&
	       SAME(frames) && SAME(pcs) && a->key == b->key &&
	       a->planted == b->planted && SAME(aside) && SAME(talk) &&
	       SAME(walk) && SAME(stack) && SAME(script) && SAME(cut);
}
