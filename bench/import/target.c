/* SPDX-License-Identifier: MIT */
/* What the target does by itself. */
#include "bench/import/walk.h"

#include "bench/kd/events.h"

/* The last row asks for a stop of its own, which has not come. */
static bool owes_stop(struct walk *w)
{
	const struct import_row *last = walk_last(w);

	return last && (last->row.kind == SCRIPT_STEP ||
			last->row.kind == SCRIPT_SWITCH_PROCESSOR ||
			last->row.kind == SCRIPT_BREAK_IN);
}

/*
 * Something else comes first. It did so in the capture, but in a script it
 * would have to come in between: a break-in is put behind it.
 */
static bool give_way(struct walk *w, bool stops)
{
	struct import_row *last = walk_last(w);

	switch ((enum script_kind)last->row.kind) {
	case SCRIPT_STEP: last->row.kind = SCRIPT_CONTINUE2; return false;
	case SCRIPT_SWITCH_PROCESSOR:
		last->dropped = true;
		walk_leave(w->im, "SwitchProcessor without its stop");
		w->running = false;
		return false;
	default: break;
	}
	last->dropped = true;
	if (stops)
		walk_leave(w->im, "break-in that another stop came before");
	return !stops;
}

/* A row for an event; false: it cannot be one. */
static struct import_row *event(struct walk *w, enum script_kind kind,
				uint64_t t_ns, bool stops)
{
	bool again = false;
	struct import_row *row;

	if (!w->begun) {
		walk_leave(w->im, "packet before the first request: the script "
				  "begins where the target stands still");
		return NULL;
	}
	if (owes_stop(w))
		again = give_way(w, stops);
	if (!w->running) {
		walk_leave(w->im, "packet of a target that stands still");
		return NULL;
	}
	row = walk_add(w, kind, t_ns);
	if (!row)
		return NULL;
	row->row.gap_ns = 0;
	w->running = !stops;
	if (again) {
		size_t at = (size_t)(row - w->im->rows);

		walk_add(w, SCRIPT_BREAK_IN, t_ns);
		row = &w->im->rows[at];
	}
	return row;
}

void walk_stand(struct walk *w, uint64_t t_ns)
{
	struct import_row *row;

	if (!w->running)
		return;
	row = walk_add(w, SCRIPT_STOP, t_ns);
	if (row)
		row->row.gap_ns = 0;
	w->running = false;
	walk_leave(w->im, "stop that is not in the capture: assumed");
}

static uint64_t at_most(uint64_t value, uint64_t most)
{
	return value < most ? value : most;
}

static void on_module(struct walk *w, const struct packet *p)
{
	struct kd_symbols s;
	struct import_row *row;

	kd_symbols_load(&s, p->payload);
	row = event(w, s.unload ? SCRIPT_UNLOAD : SCRIPT_LOAD, p->t_ns, true);
	if (row)
		row->row.size = at_most(p->payload_len - KD_STATE_SIZE,
					at_most(s.path_len, KD_EVENT_TEXT_MAX));
}

static void on_exception(struct walk *w, const struct packet *p)
{
	struct import_row *row;

	if (owes_stop(w)) {
		row = walk_add(w, SCRIPT_STOP, p->t_ns);
		if (row)
			row->row.gap_ns = 0;
		w->running = false;
	} else {
		event(w, SCRIPT_STOP, p->t_ns, true);
	}
}

void walk_stop(struct walk *w, const struct packet *p)
{
	struct kd_exception e;

	if (p->payload_len < KD_STATE_SIZE) {
		walk_leave(w->im, "damaged packet");
		return;
	}
	w->file = NO_ROW;
	if (w->begun && !w->running) {
		walk_leave(w->im, "stop of a target that stands still, told "
				  "once more");
		return;
	}
	switch (kd_state_load_as(&e, w->im->arch, p->payload)) {
	case KD_STATE_EXCEPTION: on_exception(w, p); break;
	case KD_STATE_LOAD_SYMBOLS: on_module(w, p); break;
	default:
		walk_leave(w->im, "notice of another kind: replayed as a stop");
		on_exception(w, p);
		break;
	}
}

void walk_print(struct walk *w, const struct packet *p)
{
	struct import_row *row;
	struct kd_debug_io io;

	if (p->payload_len < KD_DEBUG_IO_SIZE) {
		walk_leave(w->im, "damaged packet");
		return;
	}
	kd_debug_io_load(&io, p->payload);
	if (io.api != KD_PRINT_STRING) {
		walk_leave(w->im, "prompt of the target");
		return;
	}
	if (p->payload_len == KD_DEBUG_IO_SIZE) {
		walk_leave(w->im, "print of nothing");
		return;
	}
	row = event(w, SCRIPT_PRINT, p->t_ns, false);
	if (row)
		row->row.size = at_most(p->payload_len - KD_DEBUG_IO_SIZE,
					KD_PRINT_MAX);
}

/* Which event a wish for a file is. */
static bool file_kind(struct walk *w, const struct kd_file_io *f,
		      enum script_kind *kind)
{
	switch (f->api) {
	case KD_FILE_CREATE: *kind = SCRIPT_FILE_OPEN; return true;
	case KD_FILE_READ: *kind = SCRIPT_FILE_READ; break;
	case KD_FILE_CLOSE: *kind = SCRIPT_FILE_CLOSE; break;
	default: walk_leave(w->im, "file that is written"); return false;
	}
	if (w->open)
		return true;
	walk_leave(w->im, "file that is not the one that was opened last");
	return false;
}

void walk_file(struct walk *w, const struct packet *p)
{
	enum script_kind kind;
	struct kd_file_io f;
	struct import_row *row;

	w->file = NO_ROW;
	if (p->payload_len < KD_FILE_IO_SIZE) {
		walk_leave(w->im, "damaged packet");
		return;
	}
	kd_file_io_load(&f, p->payload);
	if (!file_kind(w, &f, &kind))
		return;
	row = event(w, kind, p->t_ns, false);
	if (!row)
		return;
	w->file = (size_t)(row - w->im->rows);
	if (kind == SCRIPT_FILE_OPEN) {
		/* UTF-16 with its NUL: an even number. */
		row->row.size = at_most(p->payload_len - KD_FILE_IO_SIZE,
					KD_EVENT_TEXT_MAX) &
				~UINT64_C(1);
		if (row->row.size < 4)
			row->row.size = 4;
		row->row.fails = true; /* unless it is answered otherwise */
		w->open = false;
	} else if (kind == SCRIPT_FILE_READ) {
		row->row.size = at_most(f.u.transfer.length, KD_FILE_DATA_MAX);
		row->row.size += !row->row.size;
		row->row.offset = f.u.transfer.offset;
	} else {
		w->open = false;
	}
}

void walk_answer(struct walk *w, const struct packet *p)
{
	struct import_row *row;
	struct kd_file_io f;

	if (w->file == NO_ROW || p->payload_len < KD_FILE_IO_SIZE)
		return;
	kd_file_io_load(&f, p->payload);
	row = &w->im->rows[w->file];
	w->file = NO_ROW;
	if (p->t_ns > row->asked_ns)
		row->row.gap_ns = p->t_ns - row->asked_ns;
	if (row->row.kind != SCRIPT_FILE_OPEN)
		return;
	row->row.fails = !kd_status_ok(f.status);
	w->open = !row->row.fails;
}

/* The byte 62: several may be sent until it stops. */
void walk_break_in(struct walk *w, const struct packet *p)
{
	if (!w->begun || !w->running || owes_stop(w))
		return;
	walk_add(w, SCRIPT_BREAK_IN, p->t_ns);
}

void walk_end(struct walk *w)
{
	if (owes_stop(w))
		walk_stand(w, 0);
	/* Nobody knows how much came of what was never answered. */
	for (size_t i = 0; i < w->im->count; i++) {
		struct script_row *row = &w->im->rows[i].row;

		if (script_types[row->kind].reads && !row->fails &&
		    row->size > KD_DATA_MAX)
			row->size = KD_DATA_MAX;
	}
}
