/* SPDX-License-Identifier: MIT */
/*
 * What an ACK does not prove (kd-protocol F13, F14, F20, F26): that the request
 * was taken. A reply proves it; a request that has none is in doubt until the
 * target gives a sign of having gone on.
 *
 *	ids in doubt	a question first, that has a reply; then the request
 *	no sign		RESEND now and then: who has not gone on tells of its
 *			stop, or asks its question, once more; who runs eats it
 *	the same stop	a question under the next id: who has taken the request
 *			answers, who has not takes it for a copy and is silent
 */
#include "bench/kd/receive.h"
#include "bench/kd/sum.h"

/* A wait is doubled so often at most. */
#define DOUBLINGS_MAX 16

/* A packet that nobody understands is asked for so often. */
#define PUZZLE_ASKED_MAX 3

/*
 * A question, a bare header: the version, which every target tells, or the
 * context. Neither changes anything.
 */
static void ask(struct kd_debugger *d, enum kd_question why, uint64_t now)
{
	uint32_t api = why == KD_QUESTION_CONTEXT ? KD_API_GET_CONTEXT
						  : KD_API_GET_VERSION;
	const struct kd_manipulate m = { .api = api,
					 .level = d->level,
					 .processor = d->processor,
					 .status = KD_STATUS_PENDING };
	uint8_t *payload = d->x.payload;

	__builtin_memcpy(d->held, payload, KD_MANIPULATE_SIZE);
	d->held_api = d->api;
	d->held_len = d->request_len;
	d->held_sum = d->request_sum;
	d->question = (uint8_t)why;
	__builtin_memset(payload, 0, KD_MANIPULATE_SIZE);
	kd_manipulate_store_as(&m, (enum kd_arch)d->arch, payload);
	d->api = api;
	d->request_open = true;
	d->request_type = KD_STATE_MANIPULATE;
	d->request_len = KD_MANIPULATE_SIZE;
	d->request_sum = kd_sum(payload, KD_MANIPULATE_SIZE);
	kd_debugger_post(d, now);
}

/* The request that was put aside for a question is the open one again. */
static void take_back(struct kd_debugger *d)
{
	d->question = KD_QUESTION_NONE;
	__builtin_memcpy(d->x.payload, d->held, KD_MANIPULATE_SIZE);
	d->api = d->held_api;
	d->request_open = true;
	d->request_type = KD_STATE_MANIPULATE;
	d->request_len = d->held_len;
	d->request_sum = d->held_sum;
}

bool kd_debugger_context_first(struct kd_debugger *d, uint64_t now)
{
	if (!d->stop_again || d->x.reliable ||
	    d->profile.unsure_ids != KD_UNSURE_ASK ||
	    (d->api != KD_API_SET_CONTEXT && d->api != KD_API_SET_CONTEXT_EX))
		return false;
	d->stop_again = false;
	d->recoveries++;
	ask(d, KD_QUESTION_CONTEXT, now);
	return true;
}

void kd_debugger_drop_question(struct kd_debugger *d)
{
	if (d->question)
		take_back(d);
}

void kd_debugger_post_open(struct kd_debugger *d, uint64_t now)
{
	if (d->profile.unsure_ids == KD_UNSURE_ASK && d->unsure &&
	    !d->x.reliable && d->request_open && !d->answering &&
	    !kd_api_has_reply(d->api))
		ask(d, KD_QUESTION_BEFORE, now);
	else
		kd_debugger_post(d, now);
}

void kd_debugger_on_answer(struct kd_debugger *d, uint64_t now)
{
	bool before = d->question != KD_QUESTION_AFTER;
	bool acked = d->state == KD_DEBUGGER_ACKED;

	/* Was it taken under its id? The reply alone does not say. */
	if (!before && !acked) {
		kd_debugger_resync(d, now);
		return;
	}
	take_back(d);
	d->resets = 0;
	if (before) {
		kd_debugger_post(d, now);
		return;
	}
	/* It went on, and stands at the same place: let it tell of that. */
	d->request_open = false;
	d->state = KD_DEBUGGER_RUNNING;
	d->unproven = true;
	d->believe = true;
	d->probes = 0;
	d->since = now;
	kd_exchange_control(&d->x, KD_RESEND, 0);
}

void kd_debugger_acked_only(struct kd_debugger *d)
{
	d->unproven = d->profile.probe_after_ns &&
		      d->profile.probe_after_ns != KD_NEVER && !d->x.reliable;
	d->believe = false;
	d->called = false;
	d->probes = 0;
}

void kd_debugger_unproven(struct kd_debugger *d)
{
	if (d->state == KD_DEBUGGER_RUNNING && !d->unproven)
		kd_debugger_acked_only(d);
}

uint64_t kd_debugger_probe_wait(const struct kd_debugger *d)
{
	uint64_t wait = d->profile.probe_after_ns;

	if (!d->unproven || wait > KD_NEVER >> (DOUBLINGS_MAX + 1))
		return KD_NEVER;
	return wait << d->probes;
}

void kd_debugger_probe(struct kd_debugger *d, uint64_t now)
{
	if (d->probes < DOUBLINGS_MAX)
		d->probes++;
	d->called = true;
	d->since = now;
	kd_exchange_control(&d->x, KD_RESEND, 0);
}

static bool same_stop(const struct kd_debugger *d)
{
	return __builtin_memcmp(d->state_change, d->x.rx.payload,
				KD_STATE_SIZE) == 0;
}

bool kd_debugger_stands(struct kd_debugger *d)
{
	d->stood = false;
	if (d->state != KD_DEBUGGER_SYNCED || d->again || !same_stop(d) ||
	    d->profile.copies == KD_COPIES_TAKE)
		return false;
	d->recoveries++;
	d->state = KD_DEBUGGER_READY;
	return true;
}

bool kd_debugger_doubts_stop(struct kd_debugger *d, uint64_t now)
{
	if (!same_stop(d) || d->profile.copies == KD_COPIES_TAKE ||
	    d->x.reliable || d->again || d->answering)
		return false;
	/* Unacknowledged: the ACK, or its lack, tells more. */
	if (d->state == KD_DEBUGGER_SENT && d->request_open && !d->printed) {
		d->recoveries++;
		return true;
	}
	if (d->state != KD_DEBUGGER_RUNNING || !d->unproven || d->believe ||
	    !d->called)
		return false;
	/* A break-in that is obeyed at once looks the same, and will do. */
	if (d->breakin_wanted && d->exception.code == KD_CODE_BREAKPOINT &&
	    d->new_state == KD_STATE_EXCEPTION)
		return false;
	d->told = true;
	ask(d, KD_QUESTION_AFTER, now);
	return true;
}

bool kd_debugger_not_taken(struct kd_debugger *d, uint64_t now)
{
	const struct kd_parser *rx = &d->x.rx;

	if (!d->unproven || !d->called || d->state != KD_DEBUGGER_RUNNING ||
	    d->request_type != rx->header.type ||
	    rx->header.type != d->asked.type ||
	    rx->header.len != d->asked.len || rx->sum != d->asked.sum)
		return false;
	d->answering = true;
	kd_debugger_resync(d, now);
	return true;
}

/* The high byte of the API numbers that a packet of this type bears. */
static uint32_t family(uint16_t type)
{
	switch (type) {
	case KD_STATE_CHANGE64: return 0x30;
	case KD_STATE_MANIPULATE: return 0x31;
	case KD_DEBUG_IO: return 0x32;
	case KD_TRACE_IO: return 0x33;
	case KD_FILE_IO: return 0x34;
	default: return 0;
	}
}

bool kd_debugger_puzzled(struct kd_debugger *d)
{
	const struct kd_parser *rx = &d->x.rx;
	const struct kd_header *h = &rx->header;
	bool again = d->puzzle.type == h->type && d->puzzle.len == h->len &&
		     d->puzzle.sum == rx->sum;
	uint8_t asked = again ? d->puzzle.asked : 0;

	d->puzzle.type = 0;
	if (d->profile.unknown_data == KD_UNKNOWN_ACK ||
	    (h->len >= 4 && kd_load32(rx->payload) >> 8 == family(h->type)))
		return false;
	if (asked == PUZZLE_ASKED_MAX) { /* it means it */
		kd_debugger_unproven(d);
		return false;
	}
	d->puzzle.asked = (uint8_t)(asked + 1);
	d->puzzle.type = h->type;
	d->puzzle.len = h->len;
	d->puzzle.sum = rx->sum;
	return true;
}
