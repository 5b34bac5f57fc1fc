/* SPDX-License-Identifier: MIT */
/* script: what the target is ordered to do by itself. */
#include "bench/session/events.h"
#include "bench/session/script_play.h"

/* An event of the order, as the target is told. */
static struct kd_event event_at(const struct session *s, uint64_t index)
{
	static const uint8_t kinds[SCRIPT_KIND_COUNT] = {
		[SCRIPT_PRINT] = KDBB_EVENT_PRINT,
		[SCRIPT_LOAD] = KDBB_EVENT_LOAD,
		[SCRIPT_UNLOAD] = KDBB_EVENT_UNLOAD,
		[SCRIPT_FILE_OPEN] = KDBB_EVENT_FILE_OPEN,
		[SCRIPT_FILE_READ] = KDBB_EVENT_FILE_READ,
		[SCRIPT_FILE_CLOSE] = KDBB_EVENT_FILE_CLOSE,
		[SCRIPT_STOP] = KDBB_EVENT_STOP,
	};
	const struct script *script = s->step->script;
	const struct script_row *row =
		&script->rows[script->events[s->script.first + index]];

	return (struct kd_event){ .kind = kinds[row->kind],
				  .length = (uint32_t)row->size,
				  .value = row->offset };
}

/* Events from the current row on, up to the next break-in. */
static uint64_t events_ahead(struct session *s)
{
	const struct script *script = s->step->script;
	uint64_t count = 0;

	for (size_t i = s->script.row; i < script->count; i++) {
		const struct script_row *row = &script->rows[i];

		if (row->kind == SCRIPT_BREAK_IN)
			break;
		if (!script_is_event(row))
			continue;
		if (!count++)
			s->script.first = row->event;
	}
	return count;
}

bool script_give(struct session *s)
{
	uint64_t count = events_ahead(s);

	if (!count)
		return false;
	session_aside_begin(s);
	s->part = SCRIPT_PART_ORDER;
	s->script.gap_ns = 0;
	session_events_give(s, count, s->step->script->pages * SCRIPT_PAGE,
			    event_at);
	return true;
}
