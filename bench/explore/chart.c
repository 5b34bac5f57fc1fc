/* SPDX-License-Identifier: MIT */
#include "bench/explore/chart.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/history.h"
#include "bench/decode/summary.h"
#include "inject/cutter.h"

/* Addresses of the chunks that one packet of a list was cut into. */
#define CHUNKS_MAX 8

struct chunks {
	struct packet_address at[CHUNKS_MAX];
	size_t count;
};

/* Sent and not yet shown, in order: what both ends saw alike. */
struct waiting {
	struct chunks *items; /* owned */
	size_t count, next, room;
};

struct maker {
	struct chart *chart;
	const struct chart_input *in;
	struct cutter cutters[2];
	struct waiting waiting[2];
	struct history history;
	bool both;       /* the capture tells of both ends */
	size_t end_next; /* of in->ends */
	struct world_ends ends;
};

/* --- addresses --------------------------------------------------------------
 */

static void address(struct maker *m, const struct packet *p, struct chunks *to)
{
	struct kd_span in = { p->raw, p->raw_len };
	struct chunk *chunk = mem_alloc(sizeof(*chunk));

	to->count = 0;
	while (cutter_next(&m->cutters[p->dir], &in, chunk))
		if (to->count < CHUNKS_MAX)
			to->at[to->count++] = chunk->address;
	free(chunk);
}

static void put_waiting(struct waiting *w, const struct chunks *c)
{
	if (w->count == w->room) {
		w->room = w->room ? 2 * w->room : 64;
		w->items = mem_resize(w->items, w->room * sizeof(*w->items));
	}
	w->items[w->count++] = *c;
}

static bool is_sender(const struct packet *p)
{
	return (p->dir == DIR_TO_TARGET) == (p->end == END_DEBUGGER);
}

/* --- a row ------------------------------------------------------------------
 */

static const char *kind_name(const struct packet *p)
{
	switch ((enum packet_kind)p->kind) {
	case PACKET_BREAKIN: return "break-in";
	case PACKET_STRAY: return "stray bytes";
	case PACKET_LINK_UP: return "link-up";
	case PACKET_KD: break;
	}
	return packet_class_names[packet_class_of(&p->header,
						  (enum fault_dir)p->dir)];
}

/* What is known of a packet, the most important first. */
static void label(struct maker *m, const struct packet *p,
		  const struct chunks *c, char *to, size_t size)
{
	struct dissection d;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	if (c->count && c->at[0].copy)
		fprintf(out, "again %" PRIu32 ": ", c->at[0].copy);
	fputs(kind_name(p), out);
	if (c->count)
		fprintf(out, " %" PRIu32, c->at[0].ordinal);
	if (p->kind == PACKET_KD && !(p->damage & DAMAGE_HEADER))
		fprintf(out, " %08" PRIx32, p->header.id);
	else if (p->kind == PACKET_STRAY)
		fprintf(out, ": %zu", p->raw_len);
	fputc(' ', out);
	dissect(&d, p, m->history.arch);
	summary_write(out, p, &d);
	fclose(out);
	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	snprintf(to, size, "%s", text);
	free(text);
}

static bool same_address(const struct packet_address *a,
			 const struct packet_address *b)
{
	return a->dir == b->dir && a->class == b->class &&
	       a->ordinal == b->ordinal && a->copy == b->copy;
}

/* What the faults did to it. */
static void note(struct maker *m, const struct chunks *c, struct chart_row *row)
{
	size_t len;
	FILE *out = NULL;

	for (size_t i = 0; i < m->in->act_count; i++) {
		const struct fault_act *act = &m->in->acts[i];
		char text[200];

		for (size_t k = 0; k < c->count; k++) {
			if (!same_address(&act->address, &c->at[k]))
				continue;
			if (!out)
				out = open_memstream(&row->notes, &len);
			if (!out)
				return;
			fault_act_describe(act, text, sizeof(text));
			fprintf(out, "%s\n", text);
			row->fault = true;
		}
	}
	if (out)
		fclose(out);
}

/* Where both ends stand once what happened at 't_ns' has had its effect. */
static struct world_ends ends_at(struct maker *m, uint64_t t_ns)
{
	const struct chart_input *in = m->in;

	while (m->end_next < in->end_count &&
	       in->ends[m->end_next].t_ns <= t_ns)
		m->ends = in->ends[m->end_next++].ends;
	return m->ends;
}

static void add_row(struct maker *m, const struct packet *p,
		    const struct chunks *c)
{
	struct chart *chart = m->chart;
	struct chart_row *row;

	if (chart->count == chart->room) {
		chart->room = chart->room ? 2 * chart->room : 64;
		chart->rows = mem_resize(chart->rows,
					 chart->room * sizeof(*chart->rows));
	}
	row = &chart->rows[chart->count++];
	memset(row, 0, sizeof(*row));
	row->t_ns = p->t_ns;
	row->dir = p->dir;
	row->how = p->damage & DAMAGE_NOT_SENT      ? CHART_HEARD
		   : p->damage & DAMAGE_NOT_ARRIVED ? CHART_BROKEN
						    : CHART_PASSED;
	row->ends = ends_at(m, p->t_ns);
	label(m, p, c, row->label, sizeof(row->label));
	note(m, c, row);
}

/*
 * First all that was sent: a capture may tell of an arrival before it tells of
 * what arrived. 'sent' has the addresses of each packet, by its index.
 */
static void number_sent(struct maker *m, const struct packet_list *list,
			struct chunks *sent)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct packet *p = &list->packets[i];

		if (p->dir == DIR_UNKNOWN || (m->both && !is_sender(p)))
			continue;
		address(m, p, &sent[i]);
		if (p->hidden)
			put_waiting(&m->waiting[p->dir], &sent[i]);
	}
}

static void see(struct maker *m, const struct packet *p, struct chunks *chunks)
{
	struct waiting *w = &m->waiting[p->dir];
	struct note ignored;

	if (p->hidden)
		return;
	if (m->both && !is_sender(p) && !(p->damage & DAMAGE_NOT_SENT) &&
	    w->next < w->count)
		*chunks = w->items[w->next++];
	history_see(&m->history, p, &ignored);
	add_row(m, p, chunks);
}

void chart_make(struct chart *c, const struct chart_input *in)
{
	struct maker m = { .chart = c,
			   .in = in,
			   .ends = { CHART_UNKNOWN, CHART_UNKNOWN } };
	struct packet_list list;
	struct chunks *sent;

	memset(c, 0, sizeof(*c));
	packet_list_cut(&list, in->capture);
	for (unsigned dir = 0; dir < 2; dir++)
		cutter_init(&m.cutters[dir], (enum fault_dir)dir);
	for (size_t i = 0; i < list.count; i++)
		m.both |= list.packets[i].end == END_TARGET;
	history_init(&m.history, &list, false, KD_AMD64);
	sent = mem_array(list.count + 1, sizeof(*sent));
	number_sent(&m, &list, sent);
	for (size_t i = 0; i < list.count; i++)
		if (list.packets[i].dir != DIR_UNKNOWN)
			see(&m, &list.packets[i], &sent[i]);
	free(sent);
	snprintf(c->ending, sizeof(c->ending), "%s%s%s", in->verdict,
		 *in->detail ? ": " : "", in->detail);
	for (unsigned dir = 0; dir < 2; dir++)
		free(m.waiting[dir].items);
	packet_list_release(&list);
}

/* What had begun to arrive at the end is there too. */
static void add_pending(struct capture *c, const struct trace *t)
{
	for (unsigned i = 0; i < 4; i++)
		capture_add(c, (enum capture_dir)(i % 2),
			    (enum capture_end)(i / 2), t->last_ns,
			    t->taps[i].pending, t->taps[i].have);
}

void chart_recorded(struct chart *c, const struct recording *r)
{
	const struct trace *t = &r->trace;
	struct capture capture = { .framing = t->records ? FRAMING_RECORDS
							 : FRAMING_SERIAL,
				   .timed = true };
	struct chart_input in = {
		.capture = &capture,
		.acts = r->acts,
		.act_count = r->act_count,
		.ends = r->ends,
		.end_count = r->end_count,
		.verdict = verdict_names[r->outcome.verdict],
		.detail = r->detail,
	};

	for (size_t i = 0; i < t->count; i++) {
		const struct trace_entry *e = &t->entries[i];

		capture_add(&capture, (enum capture_dir)e->dir,
			    (enum capture_end)e->end, e->t_ns,
			    t->bytes + e->raw, e->raw_len);
	}
	add_pending(&capture, t);
	chart_make(c, &in);
	capture_release(&capture);
}

void chart_release(struct chart *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->rows[i].notes);
	free(c->rows);
	memset(c, 0, sizeof(*c));
}
