/* SPDX-License-Identifier: MIT */
#include "bench/import/walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/decode/history.h"

/* Of all the rows of a capture: far more than can be wanted. */
#define ALL_ROWS_MAX (1u << 20)

struct import_row *walk_add(struct walk *w, enum script_kind kind,
			    uint64_t t_ns)
{
	struct import *im = w->im;
	struct import_row *row;

	if (im->count == ALL_ROWS_MAX)
		return NULL;
	if (im->count == w->room) {
		w->room = w->room ? 2 * w->room : 256;
		im->rows = mem_resize(im->rows, w->room * sizeof(*im->rows));
	}
	row = &im->rows[im->count++];
	*row = (struct import_row){ .row = { .kind = (uint8_t)kind },
				    .source = SCRIPT_NONE,
				    .asked_ns = t_ns };
	if (w->heard && t_ns > w->heard_ns)
		row->row.gap_ns = t_ns - w->heard_ns;
	return row;
}

struct import_row *walk_last(const struct walk *w)
{
	for (size_t i = w->im->count; i > 0; i--) {
		if (!w->im->rows[i - 1].dropped)
			return &w->im->rows[i - 1];
	}
	return NULL;
}

void walk_leave(struct import *im, const char *what)
{
	struct import_left *l = im->left;
	size_t i = 0;

	while (i < im->left_count && strcmp(l[i].what, what) != 0)
		i++;
	if (i == IMPORT_LEFT_MAX)
		return;
	if (i == im->left_count) {
		snprintf(l[i].what, sizeof(l[i].what), "%s", what);
		im->left_count++;
	}
	l[i].count++;
}

/* The debugger acknowledged something: how long did that take? */
static void on_ack(struct walk *w, const struct packet *p)
{
	uint32_t id = p->header.id & ~KD_ID_SYNC;

	if (w->replied && id == (w->reply_id & ~KD_ID_SYNC))
		w->acked = true;
	if (!w->sent || id != (w->sent_id & ~KD_ID_SYNC) ||
	    p->t_ns < w->sent_ns)
		return;
	w->sent = false;
	if (w->ack_count == w->acks_room) {
		w->acks_room = w->acks_room ? 2 * w->acks_room : 256;
		w->ack_ns = mem_resize(w->ack_ns,
				       w->acks_room * sizeof(*w->ack_ns));
	}
	w->ack_ns[w->ack_count++] = p->t_ns - w->sent_ns;
}

static void to_target(struct walk *w, const struct packet *p)
{
	switch (p->header.type) {
	case KD_STATE_MANIPULATE: walk_request(w, p); break;
	case KD_FILE_IO: walk_answer(w, p); break;
	case KD_DEBUG_IO: break; /* the answer to a prompt, which counted */
	default: walk_leave(w->im, "unknown packet of the debugger"); break;
	}
}

static void to_debugger(struct walk *w, const struct packet *p)
{
	switch (p->header.type) {
	case KD_STATE_MANIPULATE: walk_reply(w, p); break;
	case KD_STATE_CHANGE64: walk_stop(w, p); break;
	case KD_DEBUG_IO: walk_print(w, p); break;
	case KD_FILE_IO: walk_file(w, p); break;
	case KD_TRACE_IO: walk_leave(w->im, "trace of the target"); break;
	default: walk_leave(w->im, "unknown packet of the target"); break;
	}
}

/* Whatever comes is heard, copies included. */
static void hear(struct walk *w, const struct packet *p)
{
	w->heard_ns = p->t_ns;
	w->heard = true;
	w->sent = true;
	w->sent_ns = p->t_ns;
	w->sent_id = p->header.id;
}

static void see(struct walk *w, const struct packet *p, bool copy)
{
	if (p->kind == PACKET_BREAKIN && p->dir == DIR_TO_TARGET) {
		walk_break_in(w, p);
		return;
	}
	if (p->kind == PACKET_KD && !packet_is_data(p)) {
		if (p->header.type == KD_ACKNOWLEDGE && p->dir == DIR_TO_TARGET)
			on_ack(w, p);
		return;
	}
	if (!packet_is_sound(p)) {
		if (p->kind == PACKET_KD)
			walk_leave(w->im, "damaged packet");
		return;
	}
	if (copy) {
		w->im->resent += p->dir == DIR_TO_TARGET &&
				 p->header.type == KD_STATE_MANIPULATE;
	} else if (p->dir == DIR_TO_TARGET) {
		to_target(w, p);
	} else {
		to_debugger(w, p);
	}
	if (p->dir == DIR_TO_DEBUGGER)
		hear(w, p);
}

/* What the debugger's end of the line saw, if that was recorded. */
static bool wanted(const struct packet *p, enum capture_end end)
{
	return p->end == end && p->dir <= DIR_TO_DEBUGGER;
}

static enum capture_end best_end(const struct packet_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->packets[i].end == END_DEBUGGER)
			return END_DEBUGGER;
	}
	return END_TARGET;
}

/* What there is at all, and a digest of it. */
static void survey(struct walk *w, const struct packet_list *list,
		   enum capture_end end)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct packet *p = &list->packets[i];

		w->im->digest = hash_bytes(
			hash_add(w->im->digest, p->t_ns << 2 | p->dir), p->raw,
			p->raw_len);
		if (!wanted(p, end))
			continue;
		w->im->packets++;
		w->acks |= p->kind == PACKET_KD && !packet_is_data(p) &&
			   p->dir == DIR_TO_TARGET &&
			   p->header.type == KD_ACKNOWLEDGE;
		w->replies |= packet_is_sound(p) && p->dir == DIR_TO_DEBUGGER &&
			      p->header.type == KD_STATE_MANIPULATE;
	}
}

static void walk(struct walk *w, const struct packet_list *list)
{
	enum capture_end end = best_end(list);
	struct history h;
	struct note note;

	history_init(&h, list, w->o->forced, w->o->arch);
	w->im->arch = h.arch;
	survey(w, list, end);
	for (size_t i = 0; i < list->count; i++) {
		const struct packet *p = &list->packets[i];

		if (!wanted(p, end))
			continue;
		history_see(&h, p, &note);
		see(w, p, note.again != 0);
	}
	walk_end(w);
	w->im->replies = w->replies;
	w->im->ack_ns = import_median(w->ack_ns, w->ack_count);
}

static bool empty(const struct import *im, const struct packet_list *list,
		  struct err *err)
{
	if (!list->count) {
		err_set(err, ERR_USAGE, "there are no KD packets in it");
		return err_hint(err, "'kdbench decode' shows what there is; "
				     "--from tells what kind of file it is");
	}
	if (!im->all_rows) {
		err_set(err, ERR_USAGE, "no debugger asks anything in it");
		return err_hint(err, "a capture of both directions is needed; "
				     "of two dumps, give both: --to-target, "
				     "--to-debugger");
	}
	return true;
}

bool import_packets(struct import *im, const struct capture *c,
		    const struct packet_list *list,
		    const struct import_options *o, struct err *err)
{
	struct walk w = { .im = im,
			  .o = o,
			  .pending = NO_ROW,
			  .last = NO_ROW,
			  .file = NO_ROW };

	*im = (struct import){ .timed = c->timed };
	walk(&w, list);
	free(w.ack_ns);
	im->all_rows = 0;
	for (size_t i = 0; i < im->count; i++)
		im->all_rows += !im->rows[i].dropped;
	if (!empty(im, list, err) || !import_keep(im, o, err))
		return false;
	import_depend(im);
	import_pages(im);
	import_gaps(im, o);
	return true;
}

void import_release(struct import *im)
{
	free(im->rows);
	*im = (struct import){ 0 };
}
