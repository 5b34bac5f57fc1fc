/* SPDX-License-Identifier: MIT */
#include "bench/explore/failure.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"

void failure_key_make(struct failure_key *key, const struct schedule *s,
		      unsigned verdict, struct world_ends ends)
{
	memset(key, 0, sizeof(*key));
	key->verdict = (uint8_t)verdict;
	key->ends = ends;
	key->count = s->count;
	for (unsigned i = 0; i < s->count; i++) {
		key->acts[i].dir = s->acts[i].address.dir;
		key->acts[i].class = s->acts[i].address.class;
		key->acts[i].kind = s->acts[i].kind;
	}
}

static struct failure_key without_kinds(const struct failure_key *key)
{
	struct failure_key k = *key;

	for (unsigned i = 0; i < SCHEDULE_FAULTS_MAX; i++)
		k.acts[i].kind = 0;
	return k;
}

bool failure_alike(const struct failure_key *a, const struct failure_key *b)
{
	struct failure_key x = without_kinds(a), y = without_kinds(b);

	return memcmp(&x, &y, sizeof(x)) == 0;
}

bool failure_ends_alike(const struct failure_key *a,
			const struct failure_key *b)
{
	struct failure_key x = *a, y = *b;

	for (unsigned i = 0; i < SCHEDULE_FAULTS_MAX; i++)
		x.acts[i].field = y.acts[i].field = 0;
	return failure_alike(&x, &y);
}

/* --- a list -----------------------------------------------------------------
 */

/* Where it is, or would be. There is always a free place. */
static uint32_t *place_of(const struct failures *f,
			  const struct failure_key *key)
{
	struct failure_key k = without_kinds(key);
	size_t mask = 2 * f->room - 1;
	size_t at = hash_bytes(0, &k, sizeof(k)) & mask;

	while (f->places[at] &&
	       !failure_alike(&f->items[f->places[at] - 1].key, key))
		at = (at + 1) & mask;
	return &f->places[at];
}

static void grow(struct failures *f)
{
	f->room = f->room ? 2 * f->room : 64;
	f->items = mem_resize(f->items, f->room * sizeof(*f->items));
	free(f->places);
	f->places = mem_array(2 * f->room, sizeof(*f->places));
	for (size_t i = 0; i < f->count; i++)
		*place_of(f, &f->items[i].key) = (uint32_t)i + 1;
}

void failures_add(struct failures *to, const struct failure *f)
{
	uint32_t *place;

	if (to->count == to->room)
		grow(to);
	place = place_of(to, &f->key);
	if (*place) {
		to->items[*place - 1].schedules += f->schedules;
		return;
	}
	to->items[to->count++] = *f;
	*place = (uint32_t)to->count;
}

void failures_release(struct failures *f)
{
	free(f->items);
	free(f->places);
	*f = (struct failures){ 0 };
}
