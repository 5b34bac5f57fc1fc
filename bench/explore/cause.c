/* SPDX-License-Identifier: MIT */
#include "bench/explore/cause.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

bool cause_find(struct shrink *s, const struct schedule *failing,
		struct cause *cause, struct err *err)
{
	struct tried t;

	memset(cause, 0, sizeof(*cause));
	cause->schedules = 1;
	cause->first = *failing;
	if (!shrink_acts(s, failing, &cause->shrunk, &t, err) ||
	    !shrink_simplify(s, &cause->shrunk, &t, err) ||
	    !shrink_try(s, &cause->shrunk, &t, err))
		return false;
	cause->key = t.key;
	cause->outcome = t.outcome;
	snprintf(cause->detail, sizeof(cause->detail), "%s",
		 world_detail(s->world));
	return true;
}

static struct cause *find(const struct causes *c, const struct failure_key *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (memcmp(&c->items[i].key, key, sizeof(*key)) == 0)
			return &c->items[i];
	return NULL;
}

bool causes_add(struct causes *c, struct shrink *s,
		const struct schedule *schedule, uint64_t number,
		struct err *err)
{
	struct cause *group;
	struct tried t;

	if (!shrink_try(s, schedule, &t, err))
		return false;
	if (verdict_survived(t.outcome.verdict))
		return true;
	group = find(c, &t.key);
	if (group) {
		group->schedules++;
		return true;
	}
	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 16;
		c->items = mem_resize(c->items, c->room * sizeof(*c->items));
	}
	group = &c->items[c->count++];
	memset(group, 0, sizeof(*group));
	group->key = t.key;
	group->schedules = 1;
	group->number = number;
	group->first = *schedule;
	return true;
}

static bool same(const struct schedule *a, const struct schedule *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (act_compare(&a->acts[i], &b->acts[i]))
			return false;
	return true;
}

bool cause_join(struct causes *c, size_t count, const struct cause *cause)
{
	for (size_t i = 0; i < count; i++) {
		if (c->items[i].outcome.verdict != cause->outcome.verdict ||
		    !same(&c->items[i].shrunk, &cause->shrunk))
			continue;
		c->items[i].schedules += cause->schedules;
		return true;
	}
	return false;
}

bool causes_shrink(struct causes *c, struct shrink *s, struct err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct cause cause;

		if (!cause_find(s, &c->items[i].first, &cause, err))
			return false;
		cause.schedules = c->items[i].schedules;
		cause.number = c->items[i].number;
		if (!cause_join(c, count, &cause))
			c->items[count++] = cause;
	}
	c->count = count;
	return true;
}

void causes_release(struct causes *c)
{
	free(c->items);
	*c = (struct causes){ 0 };
}
