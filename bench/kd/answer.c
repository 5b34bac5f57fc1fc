/* SPDX-License-Identifier: MIT */
/*
 * What a running target tells and asks on its own (kd-protocol 5): prints and
 * traces, which need no answer, prompts and files, which do. An answer is a
 * data packet under the same rules as a request, but for its end: the target
 * has it with the ACK, and runs on.
 */
#include "bench/kd/receive.h"
#include "bench/kd/sum.h"

void kd_debugger_answered(struct kd_debugger *d, bool acked)
{
	if (acked)
		kd_exchange_acked(&d->x);
	d->answering = false;
	d->again = false;
	kd_debugger_acked_only(d);
	d->state = d->sync_after ? KD_DEBUGGER_SYNCED : KD_DEBUGGER_RUNNING;
}

/* What trails the fixed part: 'claimed' bytes, or as many as came. */
static void note_data(struct kd_debugger *d, uint16_t fixed, uint32_t claimed)
{
	uint16_t have = (uint16_t)(d->x.rx.header.len - fixed);

	d->data.from = fixed;
	d->data.len = claimed < have ? (uint16_t)claimed : have;
}

/*
 * Both ends have started over while the answer was on its way, and here is the
 * same question once more.
 */
static bool asked_before(const struct kd_debugger *d)
{
	const struct kd_parser *rx = &d->x.rx;

	return d->answering && d->again && rx->header.type == d->asked.type &&
	       rx->header.len == d->asked.len && rx->sum == d->asked.sum;
}

/*
 * The target asks, so it runs: whatever was to make it run has been taken, and
 * so has the answer to its last question. While it owes us a reply it cannot
 * ask; that is left to the timers.
 */
static enum kd_debugger_event asked(struct kd_debugger *d,
				    enum kd_debugger_event event, uint64_t now)
{
	const struct kd_parser *rx = &d->x.rx;
	bool synced = d->state == KD_DEBUGGER_SYNCED;

	if (asked_before(d)) {
		d->recoveries++;
		kd_debugger_post(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	if (kd_debugger_owes_reply(d))
		return KD_DEBUGGER_NOTHING;
	if (kd_debugger_not_taken(d, now))
		return KD_DEBUGGER_NOTHING;
	d->unproven = false;
	d->asked.type = rx->header.type;
	d->asked.len = rx->header.len;
	d->asked.sum = rx->sum;
	if (d->answering) {
		kd_debugger_answered(d, !d->again);
		return event;
	}
	if (d->request_open) {
		if (d->state == KD_DEBUGGER_SENT && !d->again)
			kd_exchange_acked(&d->x);
		d->request_open = d->again = d->done_due = false;
		d->sync_after = false;
		d->state = KD_DEBUGGER_RUNNING;
		if (d->told)
			return event;
		d->owed = (uint8_t)event;
		return KD_DEBUGGER_DONE;
	}
	d->sync_after = synced;
	d->state = KD_DEBUGGER_RUNNING;
	return event;
}

/*
 * Who prints runs. That is worth a thought only if the target has started over
 * meanwhile: what was to make it run would be sent anew, to one who has long
 * taken it.
 */
static enum kd_debugger_event printed(struct kd_debugger *d, uint64_t now)
{
	d->unproven = false;
	d->printed = !d->again;
	if (d->again && !kd_debugger_owes_reply(d) &&
	    (d->state == KD_DEBUGGER_SENT || d->state == KD_DEBUGGER_SYNCED))
		return asked(d, KD_DEBUGGER_PRINT, now);
	return KD_DEBUGGER_PRINT;
}

enum kd_debugger_event kd_debugger_on_debug_io(struct kd_debugger *d,
					       uint64_t now)
{
	const uint8_t *payload = d->x.rx.payload;
	struct kd_debug_io io;

	if (d->x.rx.header.len < KD_DEBUG_IO_SIZE)
		return KD_DEBUGGER_NOTHING;
	kd_debug_io_load(&io, payload);
	if (io.api != KD_PRINT_STRING && io.api != KD_GET_STRING)
		return KD_DEBUGGER_NOTHING;
	note_data(d, KD_DEBUG_IO_SIZE, io.len);
	if (io.api == KD_PRINT_STRING)
		return printed(d, now);
	d->prompt = io;
	return asked(d, KD_DEBUGGER_PROMPT, now);
}

enum kd_debugger_event kd_debugger_on_file_io(struct kd_debugger *d,
					      uint64_t now)
{
	if (d->x.rx.header.len < KD_FILE_IO_SIZE)
		return KD_DEBUGGER_NOTHING;
	kd_file_io_load(&d->file, d->x.rx.payload);
	note_data(d, KD_FILE_IO_SIZE, KD_FILE_DATA_MAX);
	return asked(d, KD_DEBUGGER_FILE, now);
}

enum kd_debugger_event kd_debugger_on_trace_io(struct kd_debugger *d)
{
	if (d->x.rx.header.len < KD_TRACE_IO_SIZE)
		return KD_DEBUGGER_NOTHING;
	kd_trace_io_load(&d->trace, d->x.rx.payload);
	note_data(d, KD_TRACE_IO_SIZE, d->trace.len);
	return KD_DEBUGGER_TRACE;
}

/* The header, 'fixed' bytes, is in x.payload: put the data behind it. */
static void answer(struct kd_debugger *d, uint16_t type, uint32_t fixed,
		   const uint8_t *data, uint32_t len, uint64_t now)
{
	uint8_t *payload = d->x.payload;

	d->request_sum = kd_sum(payload, fixed);
	if (len)
		d->request_sum += kd_copy_sum(payload + fixed, data, len);
	d->request_type = type;
	d->request_len = (uint16_t)(fixed + len);
	d->answering = true;
	kd_debugger_post(d, now);
}

void kd_debugger_answer_prompt(struct kd_debugger *d, const uint8_t *text,
			       uint32_t len, uint64_t now)
{
	struct kd_debug_io io = d->prompt;

	if (len > io.max)
		len = io.max;
	if (len > KD_PAYLOAD_MAX - KD_DEBUG_IO_SIZE)
		len = KD_PAYLOAD_MAX - KD_DEBUG_IO_SIZE;
	io.max = len;
	__builtin_memset(d->x.payload, 0, KD_DEBUG_IO_SIZE);
	kd_debug_io_store(&io, d->x.payload);
	answer(d, KD_DEBUG_IO, KD_DEBUG_IO_SIZE, text, len, now);
}

void kd_debugger_answer_file(struct kd_debugger *d, const struct kd_file_io *f,
			     const uint8_t *data, uint32_t len, uint64_t now)
{
	if (len > KD_FILE_DATA_MAX)
		len = KD_FILE_DATA_MAX;
	/* An answer is the request modified in place, as replies are. */
	__builtin_memcpy(d->x.payload, d->x.rx.payload, KD_FILE_IO_SIZE);
	kd_file_io_store(f, d->x.payload);
	answer(d, KD_FILE_IO, KD_FILE_IO_SIZE, data, len, now);
}
