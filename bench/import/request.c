/* SPDX-License-Identifier: MIT */
/* Requests of the debugger, and what became of them. */
#include <string.h>

#include "bench/import/walk.h"

#define MSR_EFER UINT64_C(0xc0000080)

/* What each API becomes. Those that are not here are left out, by name. */
static const struct {
	uint32_t api;
	enum script_kind kind;
} kinds[] = {
	{ KD_API_READ_VIRTUAL, SCRIPT_READ },
	{ KD_API_WRITE_VIRTUAL, SCRIPT_WRITE },
	{ KD_API_GET_CONTEXT, SCRIPT_GET_CONTEXT },
	{ KD_API_SET_CONTEXT, SCRIPT_SET_CONTEXT },
	{ KD_API_WRITE_BREAKPOINT, SCRIPT_WRITE_BREAKPOINT },
	{ KD_API_RESTORE_BREAKPOINT, SCRIPT_RESTORE_BREAKPOINT },
	{ KD_API_CONTINUE, SCRIPT_CONTINUE },
	{ KD_API_READ_CONTROL, SCRIPT_READ_CONTROL },
	{ KD_API_WRITE_CONTROL, SCRIPT_WRITE_CONTROL },
	{ KD_API_CONTINUE2, SCRIPT_CONTINUE2 },
	{ KD_API_READ_PHYSICAL, SCRIPT_READ_PHYSICAL },
	{ KD_API_WRITE_PHYSICAL, SCRIPT_WRITE_PHYSICAL },
	{ KD_API_GET_VERSION, SCRIPT_VERSION },
	{ KD_API_SWITCH_PROCESSOR, SCRIPT_SWITCH_PROCESSOR },
	{ KD_API_PAGE_IN, SCRIPT_UNSUPPORTED },
	{ KD_API_READ_MSR, SCRIPT_READ_MSR },
	{ KD_API_OLD_VLM1, SCRIPT_UNSUPPORTED },
	{ KD_API_OLD_VLM2, SCRIPT_UNSUPPORTED },
	{ KD_API_CHECK_LOW_MEMORY, SCRIPT_UNSUPPORTED },
	{ KD_API_QUERY_MEMORY, SCRIPT_QUERY },
	{ KD_API_SWITCH_PARTITION, SCRIPT_UNSUPPORTED },
	{ KD_API_GET_CONTEXT_EX, SCRIPT_GET_CONTEXT_EX },
	{ KD_API_SET_CONTEXT_EX, SCRIPT_SET_CONTEXT_EX },
};

static enum script_kind kind_of(const struct kd_manipulate *m)
{
	if (m->api == KD_API_CONTINUE2 && m->u.resume.trace)
		return SCRIPT_STEP;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].api == m->api)
			return kinds[i].kind;
	}
	return kd_api_find(m->api, KD_AMD64) ? SCRIPT_KIND_COUNT
					     : SCRIPT_UNSUPPORTED;
}

static void leave_api(struct walk *w, uint32_t api, const char *why)
{
	const struct kd_api_info *info = kd_api_find(api, KD_AMD64);
	char what[64];

	if (info)
		snprintf(what, sizeof(what), "%s%s", info->name, why);
	else
		snprintf(what, sizeof(what), "API 0x%x%s", (unsigned)api, why);
	walk_leave(w->im, what);
}

static void drop(struct walk *w, struct import_row *row, const char *why)
{
	uint32_t api = script_types[row->row.kind].api;

	row->dropped = true;
	leave_api(w, api ? api : (uint32_t)row->row.number, why);
}

/* What is meant, as far as a row says it. */
static void fill(struct import_row *r, const struct kd_manipulate *m,
		 const struct packet *p)
{
	struct script_row *row = &r->row;
	size_t data_len = p->payload_len - KD_MANIPULATE_SIZE;

	switch ((enum script_kind)row->kind) {
	case SCRIPT_READ:
	case SCRIPT_READ_PHYSICAL:
		r->address = m->u.memory.address;
		row->size = m->u.memory.count;
		break;
	case SCRIPT_WRITE:
	case SCRIPT_WRITE_PHYSICAL:
		r->address = m->u.memory.address;
		row->size = data_len < KD_DATA_MAX ? data_len : KD_DATA_MAX;
		break;
	case SCRIPT_READ_CONTROL:
	case SCRIPT_WRITE_CONTROL:
		row->number = m->u.memory.address;
		row->size = row->kind == SCRIPT_READ_CONTROL ? m->u.memory.count
							     : data_len;
		break;
	case SCRIPT_GET_CONTEXT_EX:
	case SCRIPT_SET_CONTEXT_EX:
		row->offset = m->u.context_ex.offset;
		row->size = m->u.context_ex.count;
		break;
	case SCRIPT_WRITE_BREAKPOINT:
		r->address = m->u.write_breakpoint.address;
		break;
	case SCRIPT_RESTORE_BREAKPOINT:
		row->number = m->u.restore_breakpoint.handle;
		break;
	case SCRIPT_QUERY: r->address = m->u.query.address; break;
	case SCRIPT_READ_MSR: row->number = m->u.msr.number; break;
	case SCRIPT_UNSUPPORTED: row->number = m->api; break;
	case SCRIPT_SWITCH_PROCESSOR: row->number = m->processor; break;
	default: break;
	}
}

static bool same(const struct import_row *a, const struct import_row *b)
{
	return a->row.kind == b->row.kind && a->row.size == b->row.size &&
	       a->row.offset == b->row.offset &&
	       a->row.number == b->row.number && a->address == b->address;
}

/*
 * The request before it once more: either nobody answered, or the debugger did
 * not take the answer. With another id, as WinDbg does (kd-protocol 13), or the
 * history would have told. Sizes of what came back may have changed the row.
 */
static bool is_again(const struct walk *w, const struct import_row *asked)
{
	struct import_row before;

	if (w->last == NO_ROW || w->im->rows[w->last].dropped)
		return false;
	before = w->im->rows[w->last];
	if (script_runs(&before.row)) /* and nothing came of it */
		return w->replies && w->running &&
		       walk_last(w) == &w->im->rows[w->last] &&
		       same(&before, asked);
	if (w->pending == w->last)
		return w->replies && same(&before, asked);
	return w->replied && w->acks && !w->acked && same(&before, asked);
}

/* Our guest's registers are those of amd64. */
static void fit(struct walk *w, struct import_row *r, uint64_t most)
{
	if (r->row.offset + r->row.size <= most)
		return;
	walk_leave(w->im, "piece of registers that is larger than here: made "
			  "smaller");
	r->row.offset = 0;
	if (r->row.size > most)
		r->row.size = most;
}

/*
 * Without a reply it is taken to have gone as such requests do. Whatever came,
 * it must fit our guest.
 */
static void assume(struct walk *w, struct import_row *r)
{
	struct script_row *row = &r->row;

	switch ((enum script_kind)row->kind) {
	case SCRIPT_GET_CONTEXT_EX:
	case SCRIPT_SET_CONTEXT_EX: fit(w, r, KD_CONTEXT_SIZE); break;
	case SCRIPT_READ_CONTROL:
	case SCRIPT_WRITE_CONTROL:
		r->address = row->number;
		row->fails = row->number > KD_CONTROL_SPACE_THREAD;
		if (row->fails || w->im->arch == KD_I386)
			row->number = KD_CONTROL_SPACE_SPECIAL;
		fit(w, r, KD_SPECIAL_SIZE);
		break;
	case SCRIPT_RESTORE_BREAKPOINT: row->fails = true; break;
	case SCRIPT_READ_MSR: row->number = MSR_EFER; break; /* all have */
	default: break;
	}
}

static bool is_sized(const struct import_row *r)
{
	switch ((enum script_kind)r->row.kind) {
	case SCRIPT_READ:
	case SCRIPT_READ_PHYSICAL:
	case SCRIPT_WRITE:
	case SCRIPT_WRITE_PHYSICAL:
	case SCRIPT_GET_CONTEXT_EX:
	case SCRIPT_SET_CONTEXT_EX:
	case SCRIPT_READ_CONTROL:
	case SCRIPT_WRITE_CONTROL: return true;
	default: return false;
	}
}

/* A row's request is out. */
static void begin(struct walk *w, struct import_row *row, bool has_reply)
{
	w->begun = true;
	w->last = (size_t)(row - w->im->rows);
	w->replied = w->acked = false;
	w->pending = NO_ROW;
	if (is_sized(row) && !row->row.size) {
		drop(w, row, " of nothing");
		return;
	}
	if (has_reply)
		w->pending = w->last;
	w->running = script_runs(&row->row);
}

void walk_request(struct walk *w, const struct packet *p)
{
	struct kd_manipulate m;
	enum script_kind kind;
	struct import_row r = { .source = SCRIPT_NONE }, *row;

	if (p->payload_len < KD_MANIPULATE_SIZE) {
		walk_leave(w->im, "damaged packet");
		return;
	}
	kd_manipulate_load_as(&m, w->im->arch, p->payload);
	kind = kind_of(&m);
	w->unknown = 0;
	if (kind == SCRIPT_KIND_COUNT) {
		leave_api(w, m.api, "");
		w->unknown = m.api;
		w->pending = NO_ROW;
		w->last = NO_ROW;
		return;
	}
	r.row.kind = (uint8_t)kind;
	fill(&r, &m, p);
	assume(w, &r);
	if (is_again(w, &r)) {
		w->im->resent++;
		w->pending = w->last;
		return;
	}
	walk_stand(w, p->t_ns);
	row = walk_add(w, kind, p->t_ns);
	if (!row)
		return;
	r.row.gap_ns = row->row.gap_ns;
	row->row = r.row;
	row->address = r.address;
	begin(w, row, kd_api_has_reply(m.api));
}

static void on_read(struct walk *w, struct import_row *r,
		    const struct kd_manipulate *m, const struct packet *p)
{
	size_t len = p->payload_len - KD_MANIPULATE_SIZE;

	if (m->u.memory.actual < len)
		len = m->u.memory.actual;
	if (len > KD_DATA_MAX)
		len = KD_DATA_MAX;
	r->row.fails = !len;
	if (!len)
		return;
	if (len < r->row.size)
		walk_leave(w->im, "read of which less came: replayed as a read "
				  "of that");
	r->row.size = len;
	r->data = p->payload + KD_MANIPULATE_SIZE;
	r->data_len = len;
}

static void on_handle(struct walk *w, struct import_row *r, uint32_t handle)
{
	if (r->row.fails || handle >= ARRAY_SIZE(w->handles))
		return;
	w->breakpoints = true;
	w->handles[handle] = (uint32_t)(r - w->im->rows) + 1;
}

static void on_restored(struct walk *w, struct import_row *r, bool ok)
{
	uint64_t handle = r->row.number;
	uint32_t set = handle < ARRAY_SIZE(w->handles) ? w->handles[handle] : 0;

	r->row.fails = !ok || !set;
	if (!r->row.fails) {
		r->source = set - 1;
		r->row.number = 0;
		w->handles[handle] = 0;
		return;
	}
	if (ok)
		walk_leave(w->im, "breakpoint cleared that was set before: "
				  "replayed as one that is not there");
	if (w->breakpoints)
		r->row.number = 0; /* no target has that one */
}

static void on_control(struct walk *w, struct import_row *r, bool ok)
{
	bool foreign = w->im->arch == KD_AMD64 &&
		       r->address > KD_CONTROL_SPACE_THREAD;
	bool fixed = r->row.kind == SCRIPT_WRITE_CONTROL &&
		     r->row.number != KD_CONTROL_SPACE_SPECIAL;

	r->row.fails = !ok;
	if (ok && (foreign || fixed))
		drop(w, r, " of a space that is not here");
}

/* What came of a request shows what it was. */
static void settle(struct walk *w, struct import_row *r,
		   const struct kd_manipulate *m, const struct packet *p)
{
	bool ok = kd_status_ok(m->status);

	switch ((enum script_kind)r->row.kind) {
	case SCRIPT_READ:
	case SCRIPT_READ_PHYSICAL: on_read(w, r, m, p); break;
	case SCRIPT_WRITE:
	case SCRIPT_WRITE_PHYSICAL:
	case SCRIPT_QUERY:
	case SCRIPT_GET_CONTEXT_EX:
	case SCRIPT_SET_CONTEXT_EX: r->row.fails = !ok; break;
	case SCRIPT_READ_CONTROL:
	case SCRIPT_WRITE_CONTROL: on_control(w, r, ok); break;
	case SCRIPT_WRITE_BREAKPOINT:
		r->row.fails = !ok;
		on_handle(w, r, m->u.write_breakpoint.handle);
		break;
	case SCRIPT_RESTORE_BREAKPOINT: on_restored(w, r, ok); break;
	case SCRIPT_READ_MSR:
		r->row.number = MSR_EFER; /* which every target has */
					  /* fall through */
	case SCRIPT_VERSION:
	case SCRIPT_GET_CONTEXT:
	case SCRIPT_SET_CONTEXT:
		if (!ok)
			drop(w, r, " that failed");
		break;
	case SCRIPT_UNSUPPORTED:
		if (ok)
			drop(w, r, "");
		break;
	default: break;
	}
}

/* Is this what was asked? Targets echo what they do not fill in. */
static bool answers(const struct import_row *r, const struct kd_manipulate *m)
{
	uint32_t api = script_types[r->row.kind].api;

	if ((api ? api : r->row.number) != m->api)
		return false;
	switch ((enum script_kind)r->row.kind) {
	case SCRIPT_READ:
	case SCRIPT_READ_PHYSICAL:
	case SCRIPT_WRITE:
	case SCRIPT_WRITE_PHYSICAL: return m->u.memory.address == r->address;
	default: return true;
	}
}

void walk_reply(struct walk *w, const struct packet *p)
{
	struct kd_manipulate m;
	struct import_row *r;

	if (p->payload_len < KD_MANIPULATE_SIZE) {
		walk_leave(w->im, "damaged packet");
		return;
	}
	kd_manipulate_load_as(&m, w->im->arch, p->payload);
	if (w->unknown && w->unknown == m.api) {
		w->unknown = 0;
		return;
	}
	if (w->last != NO_ROW && w->replied && w->pending == NO_ROW &&
	    answers(&w->im->rows[w->last], &m)) {
		w->reply_id = p->header.id; /* once more, under another id */
		return;
	}
	if (w->pending == NO_ROW || !answers(&w->im->rows[w->pending], &m)) {
		walk_leave(w->im, "reply to nothing that was asked");
		return;
	}
	r = &w->im->rows[w->pending];
	w->pending = NO_ROW;
	w->reply_id = p->header.id;
	w->acked = false;
	if (!w->replied)
		settle(w, r, &m, p);
	w->replied = true;
}
