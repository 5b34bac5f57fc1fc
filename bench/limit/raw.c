/* SPDX-License-Identifier: MIT */
#include "bench/limit/raw.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/limit/guest.h"
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

/* Copy what of 'in' is behind the first 'skip' bytes; returns how much. */
static size_t take(uint8_t *to, struct kd_span in, size_t skip)
{
	if (in.len <= skip)
		return 0;
	memcpy(to, in.at + skip, in.len - skip);
	return in.len - skip;
}

bool raw_read(struct link *l, uint64_t address, uint32_t len, uint8_t *to,
	      struct err *err)
{
	size_t total = KDBB_RAW_EXTRA + (size_t)len, got = 0;
	uint64_t since = 0, next;

	if (!raw_request(l, address, len, err))
		return false;
	for (unsigned looks = 1; got < total; looks++) {
		struct kd_span in[2];
		unsigned count = link_peek(l, in);
		size_t before = got;

		for (unsigned i = 0; i < count && got < total; i++) {
			size_t skip =
				got < KDBB_RAW_EXTRA ? KDBB_RAW_EXTRA - got : 0;

			if (in[i].len > total - got)
				in[i].len = total - got;
			to += take(to, in[i], skip);
			got += in[i].len;
		}
		link_consume(l, got - before);
		/* A ring reads no clock: 0 is as good as any time. */
		if (got < total && !link_step(l, 0, &next, err))
			return false;
		if (looks % LOOKS == 0 && is_silent(&since, err))
			return false;
	}
	return true;
}

/* All of it, once, each request verified when it has come. */
static bool pass(struct limit_guest *g, uint64_t *ns, struct err *err)
{
	const struct limit_setup *s = g->setup;
	uint64_t pattern = limit_guest_field(g, KDBB_PATTERN);
	uint64_t start = clock_now_ns();
	uint8_t got[KD_DATA_MAX];

	for (uint64_t at = 0; at < s->bytes;) {
		uint64_t left = s->bytes - at;
		uint32_t len = left < KD_DATA_MAX ? (uint32_t)left
						  : KD_DATA_MAX;

		if (!raw_read(g->launched->link, pattern + at, len, got, err) ||
		    !limit_verify(s, got, at, len, err))
			return false;
		at += len;
	}
	*ns = clock_now_ns() - start;
	return true;
}

bool raw_ring(const struct limit_setup *s, struct limit_value *value,
	      struct err *err)
{
	struct limit_guest g;
	uint64_t results[2], ns = 0;
	bool ok = limit_guest_start(&g, s, "", err) &&
		  limit_guest_order(&g, KDBB_RAW, 0, 0, err) &&
		  raw_begin(g.launched->link, err);

	/* The first time warms it up, as it does for a read-memory. */
	ok = ok && pass(&g, &ns, err) && pass(&g, &ns, err) &&
	     raw_request(g.launched->link, 0, 0, err) &&
	     limit_guest_done(&g, results, err);
	value->bytes_s = limit_rate(s->bytes, ns);
	limit_guest_release(&g);
	return ok;
}
