/* SPDX-License-Identifier: MIT */
#include "bench/kd/late.h"

#include "bench/kd/sum.h"

/* Fields of DBGKD_MANIPULATE_STATE64 and its DBGKD_READ_MEMORY64 (3.1, 3.3). */
#define API 0
#define STATUS 8
#define ADDRESS 16
#define COUNT 24
#define ACTUAL 28

/* How many bytes the reply is to have, if all of them can be read. */
static uint32_t wanted(const struct kd_target *t)
{
	uint32_t count = kd_load32(t->x.payload + COUNT);
	uint64_t max = t->profile.read_max;

	if (max > KD_DATA_MAX)
		max = KD_DATA_MAX;
	return count < max ? count : (uint32_t)max;
}

bool kd_late_reply(struct kd_target *t)
{
	uint32_t api = kd_load32(t->x.rx.payload + API);

	if (api != KD_API_READ_VIRTUAL && api != KD_API_READ_PHYSICAL)
		return false;
	__builtin_memcpy(t->x.payload, t->x.rx.payload, KD_MANIPULATE_SIZE);
	kd_exchange_send(&t->x, KD_STATE_MANIPULATE,
			 (uint16_t)(KD_MANIPULATE_SIZE + wanted(t)), 0);
	t->x.own = KD_MANIPULATE_SIZE;
	return true;
}

/* Fetch them to 'to', and complete what the reply says of them. */
static void fetch(struct kd_target *t, const struct kd_target_ops *ops,
		  void *env, uint8_t *to)
{
	uint8_t *reply = t->x.payload;
	bool physical = kd_load32(reply + API) == KD_API_READ_PHYSICAL;
	bool reliable = t->x.reliable;
	uint32_t want = wanted(t);
	uint32_t sum = 0;
	uint32_t got = ops->read(env, physical, kd_load64(reply + ADDRESS), to,
				 want, reliable ? NULL : &sum);
	bool good = got == want || (got && t->profile.read_partial);

	kd_store32(reply + STATUS,
		   good ? KD_STATUS_SUCCESS : KD_STATUS_UNSUCCESSFUL);
	kd_store32(reply + ACTUAL, got);
	t->x.len = (uint16_t)(KD_MANIPULATE_SIZE + got);
	t->x.sum = reliable ? 0 : sum + kd_sum(reply, KD_MANIPULATE_SIZE);
}

size_t kd_late_write(struct kd_target *t, const struct kd_target_ops *ops,
		     void *env, struct kd_room room)
{
	struct kd_exchange *x = &t->x;
	size_t at;

	if (!x->own || !kd_exchange_data_at(x, &at))
		return kd_exchange_write(x, room);
	if (at + KD_MANIPULATE_SIZE + wanted(t) + 1 > room.len) {
		fetch(t, ops, env, x->payload + KD_MANIPULATE_SIZE);
		x->own = 0;
		return kd_exchange_write(x, room);
	}
	fetch(t, ops, env, room.at + at + KD_MANIPULATE_SIZE);
	return kd_exchange_write_around(x, room, at);
}
