/* SPDX-License-Identifier: MIT */
#include "tests/support/mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/message.h"
#include "bench/kd/record.h"

/* Bytes that a request asks for, of those that say so. */
static uint32_t asked_of(const struct kd_manipulate *m)
{
	switch (m->api) {
	case KD_API_READ_VIRTUAL:
	case KD_API_WRITE_VIRTUAL:
	case KD_API_READ_PHYSICAL:
	case KD_API_READ_CONTROL:
	case KD_API_WRITE_CONTROL: return m->u.memory.count;
	case KD_API_GET_CONTEXT_EX: return m->u.context_ex.count;
	default: return 0;
	}
}

static void add_request(struct mix *m, const struct kd_manipulate *request,
			uint64_t word, uint32_t sent)
{
	struct mix_request *last = m->count ? &m->requests[m->count - 1] : NULL;
	struct mix_request r = {
		.api = request->api,
		.word = word,
		.asked = asked_of(request),
		.sent = sent,
		.trace = request->api == KD_API_CONTINUE2 &&
			 request->u.resume.trace,
	};

	if (last && last->api == r.api && last->word == r.word &&
	    last->asked == r.asked && last->sent == r.sent &&
	    r.api != KD_API_CONTINUE2)
		return;
	if (m->count == MIX_MAX)
		fail_msg("more than %d requests", MIX_MAX);
	m->requests[m->count++] = r;
}

static void add(struct mix *m, bool request, const uint8_t *payload, size_t len)
{
	uint32_t data = (uint32_t)len - KD_MANIPULATE_SIZE;
	struct kd_manipulate what;
	struct mix_request *last;

	if (len < KD_MANIPULATE_SIZE)
		fail_msg("a request of %zu bytes", len);
	kd_manipulate_load(&what, payload);
	if (request) {
		add_request(m, &what, kd_load64(payload + KD_UNION_OFFSET),
			    data);
		return;
	}
	if (!m->count)
		fail_msg("a reply to nothing");
	last = &m->requests[m->count - 1];
	last->got = data;
	last->status = what.status;
	last->answered = true;
}

void mix_of_trace(struct mix *m, const struct trace *t)
{
	size_t skip = t->records ? KD_RECORD_SIZE : KD_HEADER_SIZE;

	m->count = 0;
	for (size_t i = 0; i < t->count; i++) {
		const struct trace_entry *e = &t->entries[i];

		if (e->end == AT_DEBUGGER && e->event == KD_PARSE_TRAILER &&
		    e->header.type == KD_STATE_MANIPULATE && e->raw_len > skip)
			add(m, e->dir == TO_TARGET, t->bytes + e->raw + skip,
			    e->header.len);
	}
}

void mix_of_capture(struct mix *m, const struct decoding *d)
{
	m->count = 0;
	for (size_t i = 0; i < d->list.count; i++) {
		const struct packet *p = &d->list.packets[i];

		if (p->kind == PACKET_KD && !p->damage &&
		    p->header.type == KD_STATE_MANIPULATE)
			add(m, p->dir == DIR_TO_TARGET, p->payload,
			    p->payload_len);
	}
}

size_t mix_find(const struct mix *m, uint32_t api, unsigned nth)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->requests[i].api == api && !--nth)
			return i;
	}
	fail_msg("request 0x%x is not there so often", (unsigned)api);
	return 0;
}

size_t assert_mix(const struct mix *m, size_t from, const struct mix_want *want,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (unsigned n = 0; n < want[i].times; n++, from++) {
			const struct mix_request *r = &m->requests[from];

			if (from >= m->count)
				fail_msg("there are %zu requests", m->count);
			if (r->api != want[i].api ||
			    r->asked != want[i].asked ||
			    r->sent != want[i].sent || r->got != want[i].got ||
			    (r->answered && !kd_status_ok(r->status)) !=
				    want[i].fails)
				fail_msg("request %zu (%zu, %u): api 0x%x, "
					 "asked %u, sent %u, got %u, status "
					 "0x%x",
					 from, i, n, (unsigned)r->api,
					 (unsigned)r->asked, (unsigned)r->sent,
					 (unsigned)r->got, (unsigned)r->status);
		}
	}
	return from;
}
