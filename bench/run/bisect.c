/* SPDX-License-Identifier: MIT */
#include "bench/run/bisect.h"

void bisect_begin(struct bisect *b, enum bisect_mark *marks, size_t count,
		  size_t probes)
{
	*b = (struct bisect){ .marks = marks,
			      .count = count,
			      .probes = probes };
	for (size_t i = 0; i < count; i++)
		marks[i] = BISECT_UNTRIED;
}

static size_t first_bad(const struct bisect *b)
{
	size_t i = 0;

	while (i < b->count && b->marks[i] != BISECT_BAD)
		i++;
	return i;
}

enum bisect_state bisect_state(const struct bisect *b, size_t *good,
			       size_t *bad)
{
	const enum bisect_mark *first = &b->marks[0];
	const enum bisect_mark *last = &b->marks[b->count - 1];

	if (*first == BISECT_BAD)
		return BISECT_NO_GOOD;
	if (*first == BISECT_UNKNOWN || *last == BISECT_UNKNOWN)
		return BISECT_LOST;
	if (*first == BISECT_UNTRIED || *last == BISECT_UNTRIED)
		return BISECT_OPEN;
	*bad = first_bad(b);
	if (*bad == b->count)
		return BISECT_ALL_GOOD;
	for (*good = *bad; b->marks[*good] != BISECT_GOOD;)
		--*good;
	return BISECT_CLIFF;
}

size_t bisect_island(const struct bisect *b)
{
	size_t i = first_bad(b);

	while (i < b->count && b->marks[i] != BISECT_GOOD)
		i++;
	return i;
}

/* The untried point nearest to the middle between two; 'count' if none is. */
static size_t middle(const struct bisect *b, size_t low, size_t high)
{
	size_t at = low + (high - low) / 2;

	for (size_t off = 0; off <= high - low; off++) {
		if (at + off < high && b->marks[at + off] == BISECT_UNTRIED)
			return at + off;
		if (at > low + off && b->marks[at - off] == BISECT_UNTRIED)
			return at - off;
	}
	return b->count;
}

/* The middle of the longest stretch of untried points between two tried ones.
 */
static size_t widest_gap(const struct bisect *b, size_t low, size_t high)
{
	size_t from = low, length = 0, at = b->count;

	for (size_t i = low + 1; i <= high; i++) {
		if (b->marks[i] == BISECT_UNTRIED)
			continue;
		if (i - from - 1 > length) {
			length = i - from - 1;
			at = from + (i - from) / 2;
		}
		from = i;
	}
	return at;
}

/* One side after the other, as long as there is something to try on it. */
static size_t probe(struct bisect *b, size_t good, size_t bad)
{
	for (int side = 0; side < 2; side++) {
		bool far = b->on_bad_side;
		size_t at = far ? widest_gap(b, bad, b->count - 1)
				: widest_gap(b, 0, good);

		b->on_bad_side = !far;
		if (at < b->count)
			return at;
	}
	return b->count;
}

size_t bisect_next(struct bisect *b)
{
	size_t good = 0, bad = 0, at;

	b->probing = false;
	switch (bisect_state(b, &good, &bad)) {
	case BISECT_OPEN:
		return b->marks[0] == BISECT_UNTRIED ? 0 : b->count - 1;
	case BISECT_CLIFF: break;
	case BISECT_ALL_GOOD: good = bad = b->count - 1; break;
	case BISECT_NO_GOOD:
	case BISECT_LOST: return b->count;
	}
	at = middle(b, good, bad);
	if (at < b->count || !b->probes)
		return at;
	b->probing = true;
	return probe(b, good, bad);
}

void bisect_tell(struct bisect *b, size_t point, enum bisect_mark mark)
{
	b->marks[point] = mark;
	if (b->probing)
		b->probes--;
}
