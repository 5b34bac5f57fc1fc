/* SPDX-License-Identifier: MIT */
#include "bench/session/events.h"

#include <string.h>

#define HANDLE UINT64_C(0x4b45) /* of the file that is open */
#define FILE_LENGTH (UINT64_C(1) << 40)

/* Entries that one request writes. */
#define ENTRIES (KD_DATA_MAX / KDBB_EVENT_SIZE)

/* What was reported. */
enum what { WHAT_PRINT, WHAT_STOP, WHAT_FILE };

static void write_entries(struct session *s)
{
	struct session_events *events = &s->events;
	struct kd_manipulate m = { .api = KD_API_WRITE_VIRTUAL };
	uint64_t left = events->count - events->written;
	uint64_t n = left < ENTRIES ? left : ENTRIES;

	for (uint64_t i = 0; i < n; i++) {
		struct kd_event e = events->at(s, events->written + i);

		kd_event_store(&e, s->data + i * KDBB_EVENT_SIZE);
	}
	m.u.memory.address = events->address +
			     events->written * KDBB_EVENT_SIZE;
	m.u.memory.count = (uint32_t)(n * KDBB_EVENT_SIZE);
	events->written += n;
	session_ask(s, &m, s->data, m.u.memory.count);
}

void session_events_give(struct session *s, uint64_t count, uint64_t offset,
			 struct kd_event (*at)(const struct session *s,
					       uint64_t index))
{
	s->events = (struct session_events){
		.at = at,
		.address = s->target.scratch + offset,
		.count = count,
		.nonce = s->config->nonce + s->orders,
	};
	if (offset > s->target.scratch_size ||
	    count > (s->target.scratch_size - offset) / KDBB_EVENT_SIZE) {
		session_end(s, VERDICT_ERROR,
			    "step '%s': its %llu events do not fit into the "
			    "target's scratch region (guest.scratch)",
			    s->step->name, (unsigned long long)count);
		return;
	}
	write_entries(s);
}

bool session_events_given(struct session *s)
{
	struct session_events *events = &s->events;

	if (!session_check_reply(s, "giving the guest its list"))
		return false;
	if (events->ordered)
		return true;
	if (events->written < events->count) {
		write_entries(s);
		return false;
	}
	events->ordered = true;
	session_order(s, KDBB_EVENTS, events->address, events->count,
		      events->nonce);
	return false;
}

static bool is_print(const struct session *s, const struct kd_event *e,
		     uint64_t index)
{
	struct kd_span have = kd_debugger_data(s->d);
	uint8_t want[KD_EVENT_TEXT_MAX];
	uint32_t len = kd_event_print(e, s->events.nonce, index, want);

	return have.len == len && memcmp(have.at, want, len) == 0;
}

static bool is_module(const struct session *s, const struct kd_event *e,
		      uint64_t index)
{
	struct kd_span have = kd_debugger_data(s->d);
	const struct kd_symbols *told = &s->d->symbols;
	char path[KD_EVENT_TEXT_MAX];
	struct kd_symbols want;

	kd_event_module(e, s->events.nonce, index, &want, path);
	return told->base == want.base && told->size == want.size &&
	       told->checksum == want.checksum && told->unload == want.unload &&
	       have.len == want.path_len &&
	       memcmp(have.at, path, have.len) == 0;
}

static bool is_file(const struct session *s, const struct kd_event *e,
		    uint64_t index)
{
	struct kd_span have = kd_debugger_data(s->d);
	const struct kd_file_io *f = &s->d->file;
	uint8_t name[KD_EVENT_TEXT_MAX];
	struct kd_file_io want;
	uint32_t len = kd_event_file(e, s->events.nonce, index,
				     s->events.handle, &want, name);

	if (f->api != want.api)
		return false;
	if (f->api == KD_FILE_CREATE)
		return have.len == len && memcmp(have.at, name, len) == 0;
	if (f->api == KD_FILE_CLOSE)
		return f->u.close.handle == want.u.close.handle;
	return f->u.transfer.handle == want.u.transfer.handle &&
	       f->u.transfer.offset == want.u.transfer.offset &&
	       f->u.transfer.length == want.u.transfer.length;
}

/* Is what was reported event 'index' of the list? */
static bool is(const struct session *s, enum what what, uint64_t index)
{
	struct kd_event e = s->events.at(s, index);
	bool symbols = s->d->new_state == KD_STATE_LOAD_SYMBOLS;

	switch ((enum kdbb_event)e.kind) {
	case KDBB_EVENT_PRINT:
		return what == WHAT_PRINT && is_print(s, &e, index);
	case KDBB_EVENT_LOAD:
	case KDBB_EVENT_UNLOAD:
		return what == WHAT_STOP && symbols && is_module(s, &e, index);
	case KDBB_EVENT_STOP:
		return what == WHAT_STOP && !symbols &&
		       s->d->exception.code == KD_CODE_BREAKPOINT;
	case KDBB_EVENT_FILE_OPEN:
	case KDBB_EVENT_FILE_READ:
	case KDBB_EVENT_FILE_CLOSE:
		return what == WHAT_FILE && is_file(s, &e, index);
	case KDBB_EVENT_HAND_OVER:
	case KDBB_EVENT_WORK:
	case KDBB_EVENT_COUNT: break;
	}
	return false;
}

static enum session_came came(struct session *s, enum what what)
{
	struct session_events *events = &s->events;
	uint64_t lost = 0;

	for (uint64_t i = events->next; i < events->count; i++) {
		struct kd_event e = events->at(s, i);

		if (!kd_event_shows(e.kind))
			continue;
		if (is(s, what, i)) {
			events->index = i;
			events->next = i + 1;
			events->lost += lost;
			return SESSION_CAME;
		}
		if (!kd_event_may_be_lost(e.kind))
			break;
		lost++;
	}
	if (events->next && is(s, what, events->index))
		return SESSION_CAME_AGAIN;
	/* A stop that is no word of the list is nobody's lie. */
	if (what == WHAT_STOP && s->d->new_state != KD_STATE_LOAD_SYMBOLS)
		session_spurious(s);
	else
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': what came is not event %llu of its "
			    "list",
			    s->step->name, (unsigned long long)events->next);
	return SESSION_CAME_WRONG;
}

enum session_came session_events_print(struct session *s)
{
	return came(s, WHAT_PRINT);
}

enum session_came session_events_stop(struct session *s)
{
	return came(s, WHAT_STOP);
}

enum session_came session_events_file(struct session *s)
{
	return came(s, WHAT_FILE);
}

bool session_events_over(struct session *s)
{
	struct session_events *events = &s->events;
	uint64_t lost = 0;

	if (s->d->new_state != KD_STATE_EXCEPTION ||
	    s->d->exception.code != KD_CODE_BREAKPOINT)
		return false;
	for (uint64_t i = events->next; i < events->count; i++) {
		struct kd_event e = events->at(s, i);

		if (kd_event_shows(e.kind) && !kd_event_may_be_lost(e.kind))
			return false;
		lost += kd_event_shows(e.kind);
	}
	/* A 62 of ours may have stopped it before. */
	if (lost && s->d->breakins_owed)
		return false;
	events->lost += lost;
	events->next = events->count;
	return true;
}

void session_events_answer(struct session *s, uint32_t status)
{
	struct kd_file_io f = s->d->file;
	uint32_t len = 0;

	f.status = status;
	if (f.api == KD_FILE_READ)
		f.u.transfer.length = 0;
	if (kd_status_ok(status) && f.api == KD_FILE_CREATE) {
		s->events.handle = HANDLE;
		f.u.create.handle = HANDLE;
		f.u.create.length = FILE_LENGTH;
	} else if (kd_status_ok(status) && f.api == KD_FILE_READ) {
		len = s->d->file.u.transfer.length;
		if (len > KD_FILE_DATA_MAX)
			len = KD_FILE_DATA_MAX;
		for (uint32_t i = 0; i < len; i++)
			s->data[i] = kdbb_file_byte(s->events.nonce,
						    f.u.transfer.offset + i);
		f.u.transfer.length = len;
	}
	kd_debugger_answer_file(s->d, &f, s->data, len, s->now);
}
