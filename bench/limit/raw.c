/* SPDX-License-Identifier: MIT */
#include "bench/limit/raw.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/limit/guest.h"
#include "bench/kd/sum.h"
#include "bench/limit/rungs.h"

#define SILENCE_NS (10 * NS_PER_S)
/* Looks between two looks at the clock. */
#define LOOKS 4096

static bool is_silent(uint64_t *since, struct err *err)
{
	uint64_t now = clock_now_ns();

	if (!*since)
		*since = now;
	return now - *since >= SILENCE_NS &&
	       !err_set(err, ERR_GUEST, "the guest says nothing");
}

bool raw_begin(struct link *l, struct err *err)
{
	struct kd_span in[2];
	uint64_t since = 0, next;
	uint8_t byte;

	while (!link_peek(l, in)) {
		if (!link_step(l, clock_now_ns(), &next, err) ||
		    is_silent(&since, err))
			return false;
	}
	byte = in[0].at[0];
	link_consume(l, 1);
	return byte == KDBB_RAW_READY ||
	       err_set(err, ERR_GUEST,
		       "the guest said 0x%02x instead of 0x%02x", byte,
		       KDBB_RAW_READY);
}

bool raw_request(struct link *l, uint64_t address, uint64_t len,
		 struct err *err)
{
	uint8_t request[KDBB_RAW_REQUEST] = { 0 };
	size_t sent = 0;
	uint64_t since = 0, next;

	kd_store64(request + KDBB_RAW_ADDRESS, address);
	kd_store64(request + KDBB_RAW_LENGTH, len);
	while (sent < sizeof(request)) {
		struct kd_room out[2];
		size_t n = sizeof(request) - sent;

		if (!link_reserve(l, out)) {
			if (!link_step(l, clock_now_ns(), &next, err) ||
			    is_silent(&since, err))
				return false;
			continue;
		}
		if (n > out[0].len)
			n = out[0].len;
		memcpy(out[0].at, request + sent, n);
		link_commit(l, n);
		sent += n;
	}
	return link_step(l, clock_now_ns(), &next, err);
}

/* An answer on its way here. */
struct hearing {
	size_t head, len, tail; /* bytes: that mean nothing, memory, its sum */
	size_t got;             /* of all three */
	uint8_t *to;            /* where the memory goes */
	uint32_t sum, said;     /* of what came, and what the guest says */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Take what belongs to the answer; returns how much. */
static size_t take(struct hearing *h, struct kd_span in)
{
	size_t end = h->head + h->len;
	size_t done = 0, n;

	if (h->got < h->head) {
		done = least(in.len, h->head - h->got);
		h->got += done;
	}
	if (h->got >= h->head && h->got < end) {
		uint8_t *to = h->to + h->got - h->head;

		n = least(in.len - done, end - h->got);
		if (h->tail)
			h->sum += kd_copy_sum(to, in.at + done, n);
		else
			memcpy(to, in.at + done, n);
		h->got += n;
		done += n;
	}
	for (; h->got >= end && h->got < end + h->tail && done < in.len;
	     h->got++)
		h->said |= (uint32_t)in.at[done++] << 8 * (h->got - end);
	return done;
}

/* Until all of it is here. */
static bool hear(struct link *l, struct hearing *h, struct err *err)
{
	size_t total = h->head + h->len + h->tail;
	uint64_t since = 0, next;

	for (unsigned looks = 1; h->got < total; looks++) {
		struct kd_span in[2];
		unsigned count = link_peek(l, in);
		size_t n = 0;

		for (unsigned i = 0; i < count; i++)
			n += take(h, in[i]);
		link_consume(l, n);
		/* A ring reads no clock: 0 is as good as any time. */
		if (h->got < total && !link_step(l, 0, &next, err))
			return false;
		if (looks % LOOKS == 0 && is_silent(&since, err))
			return false;
	}
	return true;
}

bool raw_read(struct link *l, bool summed, uint64_t address, uint32_t len,
	      uint8_t *to, struct err *err)
{
	size_t tail = summed ? sizeof(uint32_t) : 0;
	struct hearing h = { .head = KDBB_RAW_EXTRA - tail,
			     .len = len,
			     .tail = tail,
			     .to = to };

	if (!raw_request(l, address, len, err) || !hear(l, &h, err))
		return false;
	return h.sum == h.said ||
	       err_set(err, ERR_GUEST,
		       "bytes with the sum 0x%x came with the sum 0x%x",
		       (unsigned)h.sum, (unsigned)h.said);
}

/* All of it, once, each request verified when it has come. */
static bool pass(struct limit_guest *g, bool summed, uint64_t *ns,
		 struct err *err)
{
	const struct limit_setup *s = g->setup;
	uint64_t pattern = limit_guest_field(g, KDBB_PATTERN);
	uint64_t start = clock_now_ns();
	uint8_t got[KD_DATA_MAX];

	for (uint64_t at = 0; at < s->bytes;) {
		uint64_t left = s->bytes - at;
		uint32_t len = left < KD_DATA_MAX ? (uint32_t)left
						  : KD_DATA_MAX;

		if (!raw_read(g->launched->link, summed, pattern + at, len, got,
			      err) ||
		    !limit_verify(s, got, at, len, err))
			return false;
		at += len;
	}
	*ns = clock_now_ns() - start;
	return true;
}

static bool measure(const struct limit_setup *s, bool summed,
		    struct limit_value *value, struct err *err)
{
	struct limit_guest g;
	uint64_t results[2], ns = 0;
	bool ok = limit_guest_start(&g, s, "", err) &&
		  limit_guest_order(&g, KDBB_RAW,
				    summed ? KDBB_RAW_SUMMED : KDBB_RAW_PLAIN,
				    0, err) &&
		  raw_begin(g.launched->link, err);

	/* The first time warms it up, as it does for a read-memory. */
	ok = ok && pass(&g, summed, &ns, err) && pass(&g, summed, &ns, err) &&
	     raw_request(g.launched->link, 0, 0, err) &&
	     limit_guest_done(&g, results, err);
	value->bytes_s = limit_rate(s->bytes, ns);
	limit_guest_release(&g);
	return ok;
}

bool raw_ring(const struct limit_setup *s, struct limit_value *value,
	      struct err *err)
{
	return measure(s, false, value, err);
}

bool raw_ring_sum(const struct limit_setup *s, struct limit_value *value,
		  struct err *err)
{
	return measure(s, true, value, err);
}
