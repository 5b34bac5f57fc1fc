/* SPDX-License-Identifier: MIT */
/* What decides what a debugger does from now on, as one number. */
#include "bench/base/hash.h"
#include "bench/kd/debugger.h"

/* A count that ends nowhere decides nothing. */
static uint64_t bounded(uint64_t count, uint64_t limit)
{
	return limit == KD_NEVER ? 0 : count;
}

uint64_t kd_debugger_digest(const struct kd_debugger *d, uint64_t now)
{
	uint64_t at = kd_debugger_deadline(d);
	uint64_t h = kd_exchange_digest(&d->x);

	h = hash_add(h, d->state);
	h = hash_add(h, (uint64_t)d->request_open | (uint64_t)d->again << 1 |
				(uint64_t)d->refusing << 2 |
				(uint64_t)d->done_due << 3 |
				(uint64_t)d->breakin_wanted << 4 |
				(uint64_t)d->sync_repeat << 5 |
				(uint64_t)d->copy_asked << 6 |
				(uint64_t)d->answering << 7 |
				(uint64_t)d->sync_after << 8 |
				(uint64_t)d->owed << 9);
	h = hash_add(
		h, (uint64_t)d->unsure | (uint64_t)d->unproven << 1 |
			   (uint64_t)d->called << 2 |
			   (uint64_t)d->believe << 3 | (uint64_t)d->told << 4 |
			   (uint64_t)d->adrift << 5 | (uint64_t)d->stood << 6 |
			   (uint64_t)d->printed << 7 |
			   (uint64_t)d->question << 8 |
			   (uint64_t)d->stop_again << 32 |
			   (uint64_t)d->anew << 33 | (uint64_t)d->probes << 16);
	h = hash_add(h, hash_add(d->puzzle.type, d->puzzle.sum));
	h = hash_add(h, (uint64_t)d->broken << 24 |
				(uint64_t)d->puzzle.asked << 16 |
				d->dispute.type);
	if (d->dispute.type) {
		h = hash_add(hash_add(h, d->dispute.id), d->dispute.sum);
		h = hash_add(h, d->dispute.asked);
	}
	h = hash_add(h, d->api);
	h = hash_add(h, bounded(d->tries, d->profile.retries));
	h = hash_add(h, bounded(d->repeated, d->profile.repeats));
	h = hash_add(h, bounded(d->obeyed, d->profile.resends));
	h = hash_add(h, d->profile.resets ? d->resets : d->resets % 2);
	h = hash_add(h, d->profile.discards ? d->discarded : 0);
	h = hash_add(h, d->hold_until > now && d->hold_until != KD_NEVER
				? d->hold_until - now
				: 0);
	if (d->sync_repeat || d->copy_asked || d->adrift || d->again ||
	    d->profile.unexpected_id)
		h = hash_add(hash_add(h, d->last_id), d->last_sum);
	return hash_add(h,
			at == KD_NEVER || at < now ? at == KD_NEVER : at - now);
}
