/* SPDX-License-Identifier: MIT */
#include "bench/kd/say.h"

static uint32_t fit(uint32_t len, uint32_t max)
{
	return len < max ? len : max;
}

/* Put the text behind a header of 'size' bytes; it may be nothing at all. */
static void put(struct kd_target *t, uint32_t size, const uint8_t *text,
		uint32_t len)
{
	if (len)
		__builtin_memcpy(t->x.payload + size, text, len);
}

bool kd_target_print(struct kd_target *t, const uint8_t *text, uint32_t len,
		     uint64_t now)
{
	if (t->not_present)
		return false;
	len = fit(len, KD_PRINT_MAX);
	kd_print_store(t->x.payload, (uint16_t)t->processor, len);
	put(t, KD_DEBUG_IO_SIZE, text, len);
	kd_target_begin(t, KD_STATE_MANIPULATE, true, now);
	kd_target_send(t, KD_DEBUG_IO, KD_DEBUG_IO_SIZE + len,
		       KD_TARGET_RUNNING);
	return true;
}

bool kd_target_trace(struct kd_target *t, const uint8_t *data, uint32_t len,
		     uint64_t now)
{
	struct kd_trace_io io = { .api = KD_PRINT_TRACE,
				  .processor = (uint16_t)t->processor };

	if (t->not_present)
		return false;
	io.len = len = fit(len, KD_PAYLOAD_MAX - KD_TRACE_IO_SIZE);
	__builtin_memset(t->x.payload, 0, KD_TRACE_IO_SIZE);
	kd_trace_io_store(&io, t->x.payload);
	put(t, KD_TRACE_IO_SIZE, data, len);
	kd_target_begin(t, KD_STATE_MANIPULATE, true, now);
	kd_target_send(t, KD_TRACE_IO, KD_TRACE_IO_SIZE + len,
		       KD_TARGET_RUNNING);
	return true;
}

bool kd_target_symbols(struct kd_target *t, const struct kd_symbols *s,
		       const struct kd_exception *e, const char *path,
		       uint64_t now)
{
	struct kd_symbols fitting = *s;

	if (t->not_present)
		return false;
	fitting.path_len = path ? fit(s->path_len, KD_STATE_DATA_MAX) : 0;
	kd_symbols_store(&fitting, e, t->state_change);
	if (fitting.path_len) {
		uint8_t *end = t->state_change + KD_STATE_SIZE +
			       fitting.path_len;

		__builtin_memcpy(t->state_change + KD_STATE_SIZE, path,
				 fitting.path_len);
		end[-1] = 0;
	}
	t->state_len = (uint16_t)(KD_STATE_SIZE + fitting.path_len);
	kd_target_begin_stop(t, e, now);
	return true;
}

/* Append a text with its NUL, cut to the room there is. */
static void append(struct kd_target *t, const char *text)
{
	uint8_t *at = t->state_change + t->state_len;
	uint8_t *end = t->state_change + sizeof(t->state_change);

	while (*text && at < end - 1)
		*at++ = (uint8_t)*text++;
	if (at < end)
		*at++ = 0;
	t->state_len = (uint16_t)(at - t->state_change);
}

bool kd_target_command(struct kd_target *t, const struct kd_exception *e,
		       const char *name, const char *command, uint64_t now)
{
	if (t->not_present)
		return false;
	kd_command_store(0, e, t->state_change);
	t->state_len = KD_STATE_SIZE;
	append(t, name);
	append(t, command);
	kd_target_begin_stop(t, e, now);
	return true;
}

void kd_target_prompt(struct kd_target *t, const uint8_t *text, uint32_t len,
		      uint32_t max, uint64_t now)
{
	struct kd_debug_io io = { .api = KD_GET_STRING,
				  .processor = (uint16_t)t->processor,
				  .max = fit(max, KD_PRINT_MAX) };

	io.len = len = fit(len, KD_PRINT_MAX);
	kd_debug_io_store(&io, t->x.payload);
	put(t, KD_DEBUG_IO_SIZE, text, len);
	kd_target_begin(t, KD_DEBUG_IO, false, now);
	kd_target_send(t, KD_DEBUG_IO, KD_DEBUG_IO_SIZE + len,
		       KD_TARGET_AWAITING);
}

bool kd_target_file(struct kd_target *t, const struct kd_file_io *request,
		    const uint8_t *data, uint32_t len, uint64_t now)
{
	if (t->not_present)
		return false;
	len = fit(len, KD_FILE_DATA_MAX);
	__builtin_memset(t->x.payload, 0, KD_FILE_IO_SIZE);
	kd_file_io_store(request, t->x.payload);
	put(t, KD_FILE_IO_SIZE, data, len);
	kd_target_begin(t, KD_FILE_IO, request->api == KD_FILE_CREATE, now);
	kd_target_send(t, KD_FILE_IO, KD_FILE_IO_SIZE + len,
		       KD_TARGET_AWAITING);
	return true;
}

/* Both lengths are the peer's word; the packet has the last one. */
struct kd_span kd_target_line(const struct kd_target *t)
{
	const struct kd_parser *rx = &t->x.rx;
	struct kd_debug_io io, asked;
	uint32_t len;

	if (!t->answered || t->want != KD_DEBUG_IO)
		return (struct kd_span){ NULL, 0 };
	kd_debug_io_load(&io, rx->payload);
	kd_debug_io_load(&asked, t->x.payload);
	len = fit(io.max, rx->header.len - KD_DEBUG_IO_SIZE);
	return (struct kd_span){ rx->payload + KD_DEBUG_IO_SIZE,
				 fit(len, asked.max) };
}

bool kd_target_file_answer(const struct kd_target *t, struct kd_file_io *answer,
			   struct kd_span *data)
{
	const struct kd_parser *rx = &t->x.rx;
	struct kd_file_io asked;

	*data = (struct kd_span){ NULL, 0 };
	if (!t->answered || t->want != KD_FILE_IO)
		return false;
	kd_file_io_load(&asked, t->x.payload);
	kd_file_io_load(answer, rx->payload);
	if (answer->api != asked.api)
		return false;
	if (asked.api == KD_FILE_READ && kd_status_ok(answer->status)) {
		uint32_t len = fit(asked.u.transfer.length,
				   rx->header.len - KD_FILE_IO_SIZE);

		*data = (struct kd_span){ rx->payload + KD_FILE_IO_SIZE,
					  fit(len, answer->u.transfer.length) };
	}
	return true;
}
