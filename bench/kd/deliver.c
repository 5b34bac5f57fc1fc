/* SPDX-License-Identifier: MIT */
/*
 * What a good, new packet means to the debugger: a stop, a reply, text, a wish
 * for a file.
 */
#include "bench/kd/receive.h"
#include "bench/kd/sum.h"

static enum kd_debugger_event on_state_change(struct kd_debugger *d,
					      uint64_t now)
{
	bool had_reply = d->request_open && kd_api_has_reply(d->api);
	enum kd_debugger_state state = d->state;

	if (d->x.rx.header.len < KD_STATE_SIZE)
		return KD_DEBUGGER_NOTHING;
	/* In mid-session it is a repeat and no new stop (F26). */
	if (!d->again &&
	    (state == KD_DEBUGGER_READY ||
	     ((state == KD_DEBUGGER_SENT || state == KD_DEBUGGER_ACKED) &&
	      had_reply))) {
		d->recoveries++;
		return KD_DEBUGGER_NOTHING;
	}
	d->discarded = 0;
	d->new_state = kd_state_load(&d->exception, d->x.rx.payload);
	d->processor = d->exception.processor;
	d->level = d->exception.level;
	if (d->breakin_wanted && d->breakins_owed)
		d->breakins_owed--;
	d->breakin_wanted = false;
	d->resets = 0;
	if (d->again) {
		kd_debugger_post(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	if (state == KD_DEBUGGER_SENT)
		kd_exchange_acked(&d->x); /* implied: it ran and stopped */
	d->request_open = false;
	d->state = KD_DEBUGGER_READY;
	d->data.from = KD_STATE_SIZE;
	d->data.len = (uint16_t)(d->x.rx.header.len - KD_STATE_SIZE);
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
		return kd_load64(reply + 0x10) == kd_load64(request + 0x10) &&
		       kd_load32(reply + 0x18) == kd_load32(request + 0x18);
	case KD_API_WRITE_BREAKPOINT:
		return kd_load64(reply + 0x10) == kd_load64(request + 0x10);
	case KD_API_RESTORE_BREAKPOINT:
		return kd_load32(reply + 0x10) == kd_load32(request + 0x10);
	default: return true;
	}
}

static enum kd_debugger_event on_reply(struct kd_debugger *d, uint64_t now)
{
	const uint8_t *payload = d->x.rx.payload;

	if (!answers_request(d)) {
		d->recoveries++;
		/* The target has gone back to its loop and listens. */
		if (d->again && d->state == KD_DEBUGGER_SYNCED)
			kd_debugger_post(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	/* After an unasked RESET the reply itself comes again (F30). */
	if (d->state == KD_DEBUGGER_SENT && !d->x.reliable)
		kd_exchange_acked(&d->x);
	kd_manipulate_load(&d->reply, payload);
	d->request_open = false;
	d->again = false;
	d->resets = 0;
	d->state = KD_DEBUGGER_READY;
	d->data.from = KD_MANIPULATE_SIZE;
	d->data.len = (uint16_t)(d->x.rx.header.len - KD_MANIPULATE_SIZE);
	return KD_DEBUGGER_REPLY;
}

static enum kd_debugger_event on_debug_io(struct kd_debugger *d)
{
	const uint8_t *payload = d->x.rx.payload;
	uint32_t have = d->x.rx.header.len;
	uint32_t len;

	if (have < KD_DEBUG_IO_SIZE || kd_load32(payload) != KD_PRINT_STRING)
		return KD_DEBUGGER_NOTHING;
	have -= KD_DEBUG_IO_SIZE;
	len = kd_load32(payload + 8);
	d->data.from = KD_DEBUG_IO_SIZE;
	d->data.len = (uint16_t)(len < have ? len : have);
	return KD_DEBUGGER_PRINT;
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

	if (!d->profile.file_io || d->refusing || d->request_open ||
	    d->x.rx.header.len < KD_FILE_IO_SIZE ||
	    kd_load32(d->x.rx.payload) != KD_FILE_CREATE)
		return;
	__builtin_memset(payload, 0, KD_FILE_IO_SIZE);
	kd_file_io_store(&refusal, payload);
	d->refusing = true;
	kd_exchange_send(&d->x, KD_FILE_IO, KD_FILE_IO_SIZE,
			 kd_sum(payload, KD_FILE_IO_SIZE));
}

enum kd_debugger_event kd_debugger_deliver(struct kd_debugger *d, uint64_t now)
{
	switch (d->x.rx.header.type) {
	case KD_STATE_CHANGE64: return on_state_change(d, now);
	case KD_STATE_MANIPULATE: return on_reply(d, now);
	case KD_DEBUG_IO: return on_debug_io(d);
	case KD_FILE_IO: refuse_file(d); break;
	default: break;
	}
	return KD_DEBUGGER_NOTHING;
}
