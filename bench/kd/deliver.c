/* SPDX-License-Identifier: MIT */
/*
 * What a good, new packet means to the debugger: a stop, a reply, text, a wish
 * for a file.
 */
#include "bench/kd/receive.h"
#include "bench/kd/sum.h"

/* Take the state change apart; a path that claims more than came is cut. */
static void load_state(struct kd_debugger *d)
{
	const uint8_t *payload = d->x.rx.payload;
	uint16_t len = (uint16_t)(d->x.rx.header.len - KD_STATE_SIZE);

	__builtin_memcpy(d->state_change, payload, KD_STATE_SIZE);
	d->new_state =
		kd_state_load_as(&d->exception, (enum kd_arch)d->arch, payload);
	d->symbols = (struct kd_symbols){ 0 };
	if (d->new_state == KD_STATE_LOAD_SYMBOLS) {
		kd_symbols_load(&d->symbols, payload);
		if (d->symbols.path_len < len)
			len = (uint16_t)d->symbols.path_len;
	}
	d->data.from = KD_STATE_SIZE;
	d->data.len = len;
}

/*
 * The target has started over while the request to go on was unacknowledged. If
 * it tells of another stop than the one before, it has taken that request, and
 * then somebody else has taken over in it, or the line only said so.
 */
static bool went_on(const struct kd_debugger *d)
{
	bool sent = d->state == KD_DEBUGGER_SENT ||
		    (d->state == KD_DEBUGGER_SYNCED &&
		     d->profile.copies == KD_COPIES_DOUBT);

	return d->again && sent && d->request_open &&
	       !kd_api_has_reply(d->api) &&
	       __builtin_memcmp(d->state_change, d->x.rx.payload,
				KD_STATE_SIZE) != 0;
}

static enum kd_debugger_event on_state_change(struct kd_debugger *d,
					      uint64_t now)
{
	bool had_reply = kd_debugger_owes_reply(d);
	bool started_over = d->again;
	enum kd_debugger_state state;

	if (d->x.rx.header.len < KD_STATE_SIZE)
		return KD_DEBUGGER_NOTHING;
	if (d->answering)
		kd_debugger_answered(d, !d->again);
	if (went_on(d))
		d->again = false;
	d->stop_again = true;
	if (d->stood && kd_debugger_stands(d))
		return KD_DEBUGGER_NOTHING;
	if (kd_debugger_doubts_stop(d, now))
		return KD_DEBUGGER_NOTHING;
	state = d->state;
	/* In mid-session it is a repeat and no new stop (F26). */
	if (!d->again &&
	    (state == KD_DEBUGGER_READY ||
	     ((state == KD_DEBUGGER_SENT || state == KD_DEBUGGER_ACKED) &&
	      had_reply))) {
		d->recoveries++;
		return KD_DEBUGGER_NOTHING;
	}
	d->discarded = 0;
	load_state(d);
	d->processor = d->exception.processor;
	d->level = d->exception.level;
	if (d->breakin_wanted && d->breakins_owed)
		d->breakins_owed--;
	d->resets = 0;
	/* A stop that was asked for is still wanted: this one is not told. */
	if (d->again) {
		kd_debugger_post_open(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	d->breakin_wanted = false;
	d->stop_again = false;
	d->unproven = false;
	if (state == KD_DEBUGGER_SENT && !started_over)
		kd_exchange_acked(&d->x); /* implied: it ran and stopped */
	d->request_open = false;
	d->state = KD_DEBUGGER_READY;
	return KD_DEBUGGER_STOP;
}

/*
 * Is this the answer to the open request? A target that is reset sends the
 * reply again that was on its way, which may be that of an earlier request
 * (F30). All targets echo what they do not fill in, so address and length tell.
 */
static bool answers_request(const struct kd_debugger *d)
{
	const uint8_t *reply = d->x.rx.payload;
	const uint8_t *request = d->x.payload;

	if (d->x.rx.header.len < KD_MANIPULATE_SIZE || !d->request_open ||
	    !kd_api_has_reply(d->api))
		return false;
	if (d->profile.reply_match)
		return true;
	if (kd_load32(reply) != d->api)
		return false;
	switch (d->api) {
	case KD_API_READ_VIRTUAL:
	case KD_API_WRITE_VIRTUAL:
	case KD_API_READ_PHYSICAL:
	case KD_API_WRITE_PHYSICAL:
	case KD_API_READ_CONTROL:
	case KD_API_WRITE_CONTROL:
		return kd_load64(reply + 0x10) == kd_load64(request + 0x10) &&
		       kd_load32(reply + 0x18) == kd_load32(request + 0x18);
	case KD_API_READ_IO: /* a size that is refused comes back as 0 */
	case KD_API_WRITE_IO:
	case KD_API_WRITE_BREAKPOINT:
	case KD_API_FILL_MEMORY:
		return kd_load64(reply + 0x10) == kd_load64(request + 0x10);
	case KD_API_SEARCH_MEMORY: /* where it was found replaces the address */
		return kd_load64(reply + 0x18) == kd_load64(request + 0x18);
	case KD_API_RESTORE_BREAKPOINT:
	case KD_API_READ_MSR:
	case KD_API_WRITE_MSR:
		return kd_load32(reply + 0x10) == kd_load32(request + 0x10);
	default: return true;
	}
}

/* Now that the machine is known, so is what its last state change meant. */
static void learn_arch(struct kd_debugger *d)
{
	enum kd_arch arch = KD_AMD64;

	if (!kd_status_ok(d->reply.status))
		return;
	if (d->reply.u.version.machine == KD_MACHINE_I386)
		arch = KD_I386;
	if (arch == d->arch)
		return;
	d->arch = (uint8_t)arch;
	d->new_state = kd_state_load_as(&d->exception, arch, d->state_change);
}

/*
 * Both ends have started over, and what comes is the last reply again: also if
 * the open request is the same as the one before, it need not have been done.
 */
static bool last_reply(const struct kd_debugger *d)
{
	return d->again && d->as_last && !d->x.reliable &&
	       d->profile.copies == KD_COPIES_DOUBT;
}

/*
 * It runs, says its ACK, and answers what nobody asks: it has taken something
 * else under that id, and the request to go on for a copy.
 */
static bool belies_ack(const struct kd_debugger *d)
{
	return d->state == KD_DEBUGGER_RUNNING && d->unproven &&
	       d->profile.unsure_ids == KD_UNSURE_ASK &&
	       d->request_type == KD_STATE_MANIPULATE &&
	       !kd_api_has_reply(d->api);
}

static enum kd_debugger_event on_reply(struct kd_debugger *d, uint64_t now)
{
	const uint8_t *payload = d->x.rx.payload;

	if (!answers_request(d) || last_reply(d)) {
		d->recoveries++;
		/* The target has gone back to its loop and listens. */
		if (d->again && d->state == KD_DEBUGGER_SYNCED) {
			kd_debugger_post_open(d, now);
		} else if (belies_ack(d)) {
			d->request_open = d->told = true;
			kd_debugger_resync(d, now);
		}
		return KD_DEBUGGER_NOTHING;
	}
	/* After an unasked RESET the reply itself comes again (F30). */
	if (d->state == KD_DEBUGGER_SENT && !d->x.reliable)
		kd_exchange_acked(&d->x);
	/* Asked under the ids as they were before a RESET, it says nothing. */
	if ((d->x.rx.header.id & KD_ID_SYNC) == 0 &&
	    d->state != KD_DEBUGGER_SYNCED)
		d->unsure = false;
	d->stood = false;
	if (d->question) {
		kd_debugger_on_answer(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	kd_manipulate_load_as(&d->reply, (enum kd_arch)d->arch, payload);
	if (!kd_status_ok(d->reply.status) && kd_debugger_context_first(d, now))
		return KD_DEBUGGER_NOTHING;
	if (d->api == KD_API_GET_CONTEXT)
		d->stop_again = false;
	if (d->api == KD_API_GET_VERSION)
		learn_arch(d);
	d->request_open = false;
	d->again = false;
	d->resets = 0;
	d->state = KD_DEBUGGER_READY;
	d->data.from = KD_MANIPULATE_SIZE;
	d->data.len = (uint16_t)(d->x.rx.header.len - KD_MANIPULATE_SIZE);
	return KD_DEBUGGER_REPLY;
}

/*
 * There is no such file (5.2). It comes in the midst of the target's own work,
 * so no request is open.
 */
static void refuse_file(struct kd_debugger *d)
{
	const struct kd_file_io refusal = { .api = KD_FILE_CREATE,
					    .status = KD_STATUS_NO_SUCH_FILE };
	uint8_t *payload = d->x.payload;

	if (d->refusing || d->request_open ||
	    d->x.rx.header.len < KD_FILE_IO_SIZE ||
	    kd_load32(d->x.rx.payload) != KD_FILE_CREATE)
		return;
	__builtin_memset(payload, 0, KD_FILE_IO_SIZE);
	kd_file_io_store(&refusal, payload);
	d->refusing = true;
	kd_exchange_send(&d->x, KD_FILE_IO, KD_FILE_IO_SIZE,
			 kd_sum(payload, KD_FILE_IO_SIZE));
}

static enum kd_debugger_event on_file_io(struct kd_debugger *d, uint64_t now)
{
	switch ((enum kd_file_rule)d->profile.file_io) {
	case KD_FILE_SERVE: return kd_debugger_on_file_io(d, now);
	case KD_FILE_REFUSE: refuse_file(d); break;
	case KD_FILE_DROP: break;
	}
	return KD_DEBUGGER_NOTHING;
}

enum kd_debugger_event kd_debugger_deliver(struct kd_debugger *d, uint64_t now)
{
	switch (d->x.rx.header.type) {
	case KD_STATE_CHANGE64: return on_state_change(d, now);
	case KD_STATE_MANIPULATE: return on_reply(d, now);
	case KD_DEBUG_IO: return kd_debugger_on_debug_io(d, now);
	case KD_FILE_IO: return on_file_io(d, now);
	case KD_TRACE_IO: return kd_debugger_on_trace_io(d);
	default: break;
	}
	return KD_DEBUGGER_NOTHING;
}
