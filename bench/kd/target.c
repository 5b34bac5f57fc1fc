/* SPDX-License-Identifier: MIT */
#include "bench/kd/target.h"

#include "bench/base/hash.h"
#include "bench/kd/late.h"
#include "bench/kd/listen.h"
#include "bench/kd/say.h"
#include "bench/kd/sum.h"

/* All but its profile and its exchange: running, and nobody was ever there. */
static void begin_life(struct kd_target *t)
{
	size_t kept = offsetof(struct kd_target, state);

	__builtin_memset((uint8_t *)t + kept, 0, sizeof(*t) - kept);
	t->state = KD_TARGET_RUNNING;
	t->want = KD_STATE_MANIPULATE;
	t->processors = 1;
}

void kd_target_init(struct kd_target *t,
		    const struct kd_target_profile *profile)
{
	__builtin_memset(t, 0, sizeof(*t));
	t->profile = *profile;
	kd_exchange_init(&t->x, KD_ID_INITIAL | KD_ID_SYNC, true,
			 profile->reliable);
	/* Records have no checksum, so nothing is summed. */
	t->x.rx.unsummed = profile->reliable;
	begin_life(t);
}

void kd_target_hand_over(struct kd_target *t, const struct kd_target_ops *ops,
			 void *env)
{
	for (unsigned i = 0; i < KD_BREAKPOINTS; i++) {
		const struct kd_breakpoint *b = &t->breakpoints[i];

		if (b->len)
			ops->write(env, false, b->address, b->saved, b->len);
	}
	for (unsigned i = 0; i < KD_INTERNAL_BREAKPOINTS; i++) {
		const struct kd_internal_breakpoint *b = &t->internal[i];

		if (b->used)
			ops->write(env, false, b->address, &b->saved, 1);
	}
	begin_life(t);
	kd_exchange_reset(&t->x);
	t->x.next_id |= KD_ID_SYNC;
	/* A record that is half read must be read to its end. */
	if (!t->x.reliable)
		kd_parser_hunt(&t->x.rx);
}

uint64_t kd_target_budget(const struct kd_target *t)
{
	if (t->x.type == KD_STATE_MANIPULATE)
		return t->profile.abandon_replies;
	return t->ever_acked ? t->profile.retries : t->profile.retries_first;
}

void kd_target_send(struct kd_target *t, uint16_t type, uint32_t len,
		    enum kd_target_state after)
{
	t->state = KD_TARGET_SENDING;
	t->after = (uint8_t)after;
	kd_exchange_send(&t->x, type, (uint16_t)len, kd_sum(t->x.payload, len));
	t->tries = kd_target_budget(t);
}

void kd_target_send_stop(struct kd_target *t)
{
	if (t->profile.stop_id) {
		t->x.next_id = KD_ID_INITIAL | KD_ID_SYNC;
		t->x.expected_id = KD_ID_INITIAL;
	}
	__builtin_memcpy(t->x.payload, t->state_change, t->state_len);
	t->droppable = kd_load32(t->state_change) == KD_STATE_LOAD_SYMBOLS;
	t->context_sent = false;
	kd_target_send(t, KD_STATE_CHANGE64, t->state_len, KD_TARGET_STOPPED);
}

void kd_target_begin(struct kd_target *t, uint16_t want, bool droppable,
		     uint64_t now)
{
	kd_parser_hunt(&t->x.rx);
	t->want = want;
	t->droppable = droppable;
	t->answered = false;
	t->breakin_seen = false;
	t->poll_due = false;
	t->heard = now;
}

void kd_target_begin_stop(struct kd_target *t, const struct kd_exception *e,
			  uint64_t now)
{
	t->processors = e->processors ? e->processors : 1;
	t->processor = e->processor;
	kd_target_begin(t, KD_STATE_MANIPULATE, false, now);
	t->discarding = t->profile.drain_first && !t->stopped_once &&
			!t->x.reliable;
	t->stopped_once = true;
	kd_target_send_stop(t);
}

void kd_target_report(struct kd_target *t, const struct kd_exception *e)
{
	static const uint8_t trace[KD_TRACE_SIZE] = { 1 };

	kd_exception_store(e, t->state_change);
	t->state_len = KD_STATE_SIZE;
	if (!t->profile.trace_data)
		return;
	__builtin_memcpy(t->state_change + KD_STATE_SIZE, trace, sizeof(trace));
	t->state_len += KD_TRACE_SIZE;
}

void kd_target_stop(struct kd_target *t, const struct kd_exception *e,
		    uint64_t now)
{
	kd_target_report(t, e);
	kd_target_begin_stop(t, e, now);
}

/* A running target on records: whole ones are looked at, data is skipped. */
static bool poll_record(struct kd_target *t, struct kd_span in, size_t *used)
{
	size_t n;

	*used = 0;
	while (*used < in.len) {
		struct kd_span rest = { in.at + *used, in.len - *used };
		enum kd_parse event = kd_parser_next(&t->x.rx, rest, &n);

		*used += n;
		if (event == KD_PARSE_BREAKIN)
			return true;
	}
	return false;
}

bool kd_target_poll(struct kd_target *t, struct kd_span in, size_t *used)
{
	bool hit = t->breakin_pending;

	*used = 0;
	t->poll_due = false;
	if (!kd_target_polls(t))
		return false;
	if (hit) {
		t->breakin_pending = false;
	} else if (t->profile.reliable) {
		hit = poll_record(t, in, used);
		t->x.counts.bytes_in += *used;
	} else if (in.len) {
		*used = 1;
		t->x.counts.bytes_in++;
		hit = in.at[0] == KD_BREAKIN_BYTE;
		t->x.counts.stray += !hit;
	}
	if (hit)
		t->not_present = false;
	return hit;
}

/* Its packet is done with, delivered or not. */
static void sent(struct kd_target *t)
{
	t->state = t->after;
	t->poll_due = t->profile.print_poll && t->x.type == KD_DEBUG_IO &&
		      t->state == KD_TARGET_RUNNING;
}

void kd_target_acknowledged(struct kd_target *t)
{
	kd_exchange_acked(&t->x);
	t->ever_acked = true;
	sent(t);
}

/* The packet is given up: nobody is there (2.6 step 2). */
static void give_up(struct kd_target *t)
{
	t->not_present = true;
	kd_exchange_reset(&t->x);
	t->x.next_id = KD_ID_INITIAL | KD_ID_SYNC;
	/* Nothing follows what was only a question or a notice. */
	if (t->x.type != KD_STATE_MANIPULATE)
		t->after = KD_TARGET_RUNNING;
	sent(t);
}

void kd_target_asked_again(struct kd_target *t)
{
	if (t->profile.resend == KD_RESEND_NEVER)
		return;
	if (t->state == KD_TARGET_SENDING)
		kd_exchange_resend(&t->x);
	else if (t->state == KD_TARGET_AWAITING)
		kd_target_send(t, t->x.type, t->x.len, KD_TARGET_AWAITING);
	else
		kd_target_send_stop(t); /* not the last reply: 2.8 step 4 */
}

void kd_target_resend_please(struct kd_target *t)
{
	kd_exchange_control(&t->x, KD_RESEND, 0);
	kd_parser_hunt(&t->x.rx);
}

void kd_target_settle(struct kd_target *t, const struct kd_target_ops *ops,
		      void *env)
{
	if (kd_exchange_pending(&t->x))
		return;
	if (t->state == KD_TARGET_SENDING && t->x.reliable)
		kd_target_acknowledged(t);
	if (t->state == KD_TARGET_LEAVING) {
		t->state = KD_TARGET_RUNNING;
		if (t->rebooting)
			ops->reboot(env);
		if (t->crashing)
			ops->bugcheck(env, t->bugcheck);
	}
}

size_t kd_target_output(struct kd_target *t, const struct kd_target_ops *ops,
			void *env, struct kd_room room, uint64_t now)
{
	size_t n = kd_late_write(t, ops, env, room);

	if (n) {
		t->heard = now;
		t->discarding = false;
	}
	kd_target_settle(t, ops, env);
	return n;
}

/* The byte reader's TIMEOUT, seen from where the reader was (2.2, 2.3). */
static void timed_out(struct kd_target *t)
{
	struct kd_parser *rx = &t->x.rx;
	bool inside = rx->part == KD_PART_PAYLOAD ||
		      rx->part == KD_PART_TRAILER;

	if (inside) {
		t->x.counts.timeouts++;
		kd_target_resend_please(t);
		return;
	}
	kd_parser_hunt(rx);
	if (t->breakin_seen) {
		t->breakin_seen = false;
		t->breakin_pending = true;
		kd_target_asked_again(t);
	} else if (t->state == KD_TARGET_SENDING) {
		t->x.counts.timeouts++;
		t->tries--;
		if (t->tries == 0 && t->droppable)
			give_up(t);
		else
			kd_target_asked_again(t);
	}
}

void kd_target_time(struct kd_target *t, const struct kd_target_ops *ops,
		    void *env, uint64_t now)
{
	(void)ops;
	(void)env;
	if (now < kd_target_deadline(t))
		return;
	t->heard = now;
	timed_out(t);
}

/*
 * A stopped target's reader times out for ever; between packets that changes
 * nothing, so there is no deadline then and the machine may sleep.
 */
uint64_t kd_target_deadline(const struct kd_target *t)
{
	if (t->x.reliable || kd_exchange_pending(&t->x))
		return UINT64_MAX;
	if (t->state != KD_TARGET_SENDING &&
	    (!kd_target_listens(t) ||
	     (!t->breakin_seen && kd_parser_idle(&t->x.rx))))
		return UINT64_MAX;
	if (t->profile.byte_timeout_ns == UINT64_MAX)
		return UINT64_MAX;
	return t->heard + t->profile.byte_timeout_ns;
}

uint64_t kd_target_digest(const struct kd_target *t, uint64_t now)
{
	uint64_t deadline = kd_target_deadline(t);
	uint64_t d = kd_exchange_digest(&t->x);

	d = hash_add(d, t->state);
	d = hash_add(d, t->after);
	d = hash_add(d, t->want);
	d = hash_add(d, t->not_present);
	d = hash_add(d, t->context_sent);
	d = hash_add(d, t->breakin_seen);
	d = hash_add(d, t->breakin_pending);
	d = hash_add(d, t->ever_acked);
	d = hash_add(d, (uint64_t)t->stopped_once |
				(uint64_t)t->asked_once << 1 |
				(uint64_t)t->discarding << 2 |
				(uint64_t)t->poll_due << 3);
	d = hash_add(d, t->droppable ? t->tries : 0);
	return hash_add(d, deadline == UINT64_MAX ? deadline : deadline - now);
}
