/* SPDX-License-Identifier: MIT */
#include "bench/session/script_order.h"

#include "bench/kd/api.h"

/* Where the target is between two rows. */
struct course {
	bool running;
	bool own;  /* its next stop is the answer to a request, no event */
	bool open; /* it has a file open */
	uint32_t events; /* of the current order */
};

bool script_is_unsupported(uint64_t api)
{
	switch (api) {
	case KD_API_PAGE_IN:
	case KD_API_CHECK_LOW_MEMORY:
	case KD_API_OLD_VLM1:
	case KD_API_OLD_VLM2:
	case KD_API_SWITCH_PARTITION: return true;
	default:
		return api > UINT32_MAX ||
		       !kd_api_find((uint32_t)api, KD_AMD64);
	}
}

bool script_runs(const struct script_row *row)
{
	switch ((enum script_kind)row->kind) {
	case SCRIPT_SWITCH_PROCESSOR:
	case SCRIPT_CONTINUE:
	case SCRIPT_CONTINUE2:
	case SCRIPT_STEP:
	case SCRIPT_BREAK_IN:
	case SCRIPT_PRINT:
	case SCRIPT_FILE_OPEN:
	case SCRIPT_FILE_READ:
	case SCRIPT_FILE_CLOSE: return true;
	default: return false;
	}
}

static bool refuse(const struct script_row *row, bool running, struct err *err)
{
	const char *key = script_types[row->kind].key;

	if (running) {
		err_at(err, row->where, "'%s' comes while the target runs",
		       key);
		return err_hint(err, "put '- stop' before it");
	}
	err_at(err, row->where, "'%s' comes while the target stands still",
	       key);
	return err_hint(err, "put '- continue2' before it");
}

static bool check_file(const struct script_row *row, struct course *c,
		       struct err *err)
{
	if (row->kind == SCRIPT_FILE_OPEN) {
		c->open = !row->fails;
		return true;
	}
	if (!c->open &&
	    (row->kind == SCRIPT_FILE_READ || row->kind == SCRIPT_FILE_CLOSE)) {
		err_at(err, row->where, "'%s' of no file that is open",
		       script_types[row->kind].key);
		return err_hint(err, "put '- file-open: { size: 24 }' before "
				     "it");
	}
	if (row->kind == SCRIPT_FILE_CLOSE)
		c->open = false;
	return true;
}

/* A target of its own accord does nothing between these and its stop. */
static bool check_own(const struct script_row *row, const struct course *c,
		      struct err *err)
{
	if (!c->own || row->kind == SCRIPT_STOP)
		return true;
	err_at(err, row->where, "'%s' comes before the stop that was asked for",
	       script_types[row->kind].key);
	return err_hint(err, "put '- stop' before it");
}

static bool next(struct script *s, size_t i, struct course *c, struct err *err)
{
	struct script_row *row = &s->rows[i];
	bool event = row->kind >= SCRIPT_PRINT;

	row->event = SCRIPT_NONE;
	if (!check_own(row, c, err))
		return false;
	if ((event || row->kind == SCRIPT_BREAK_IN) != c->running)
		return refuse(row, c->running, err);
	if (!check_file(row, c, err))
		return false;
	if (event && !c->own) {
		row->event = (uint32_t)s->event_count;
		s->events[s->event_count++] = (uint32_t)i;
		c->events++;
	}
	c->own = row->kind == SCRIPT_STEP || row->kind == SCRIPT_BREAK_IN ||
		 row->kind == SCRIPT_SWITCH_PROCESSOR;
	c->running = script_runs(row);
	return true;
}

bool script_order(struct script *s, struct err *err)
{
	struct course c = { 0 };

	for (size_t i = 0; i < s->count; i++) {
		if (!next(s, i, &c, err))
			return false;
		if (s->rows[i].kind == SCRIPT_BREAK_IN)
			c.events = 0;
		if (c.events > s->events_max)
			s->events_max = c.events;
	}
	if (!c.own)
		return true;
	err_at(err, s->rows[s->count - 1].where,
	       "the script ends before the stop that was asked for");
	return err_hint(err, "put '- stop' behind it");
}
