/* SPDX-License-Identifier: MIT */
#include "inject/draw.h"

#include <string.h>

#include "bench/base/hash.h"

typedef unsigned __int128 u128;

#define ALWAYS UINT64_MAX

/* Below 1/64, gaps are cheaper than a draw for each byte. */
#define GAPS_BELOW (UINT64_C(1) << 58)

/* ln 2, as a fraction of 2^64. */
#define LN_2 UINT64_C(0xb17217f7d1cf79ac)

/* Bits behind the point: more would not be exact. */
#define LOG_BITS 40

/* What a draw is for: each use of a key has a sequence of its own. */
enum { FOR_PACKET = 1, FOR_ACT, FOR_BYTE, FOR_GAP, FOR_MORE };

static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	return (uint64_t)((u128)a * b >> 64);
}

static uint64_t draw(uint64_t key, unsigned use, uint64_t index)
{
	return hash_pattern(hash_u64(key + use), index);
}

static bool hits(uint64_t draw, uint64_t probability)
{
	return draw < probability || probability == ALWAYS;
}

uint64_t draw_who(uint64_t seed, const char *fault, unsigned number)
{
	return hash_add(hash_bytes(seed, fault, strlen(fault)), number);
}

uint64_t draw_key(uint64_t who, const struct packet_address *address)
{
	uint64_t where = (uint64_t)address->dir << 8 | address->class;
	uint64_t which = (uint64_t)address->ordinal << 32 | address->copy;

	return hash_add(hash_add(who, where), which);
}

uint64_t draw_more(uint64_t key, uint64_t index)
{
	return draw(key, FOR_MORE, index);
}

bool draw_packet(uint64_t key, uint64_t probability)
{
	return hits(draw(key, FOR_PACKET, 0), probability);
}

uint64_t draw_act(uint64_t key, uint32_t offset)
{
	return draw(key, FOR_ACT, offset);
}

uint64_t draw_below(uint64_t draw, uint64_t below)
{
	return multiply_high(draw, below);
}

uint64_t draw_minus_ln(uint64_t draw)
{
	unsigned zeros = (unsigned)__builtin_clzll(draw);
	uint64_t m = draw << zeros; /* 2^63 stands for 1, 2^64 for 2 */
	uint64_t log2 = 0;

	/* Squaring doubles the logarithm: its bits come out at the top. */
	for (int i = 0; i < LOG_BITS; i++) {
		uint64_t bit;

		m = multiply_high(m, m);
		bit = m >> 63;
		log2 = log2 << 1 | bit;
		m <<= 1 - bit; /* no branch: nobody could predict it */
	}
	log2 <<= 57 - LOG_BITS;
	return multiply_high(((uint64_t)(zeros + 1) << 57) - log2, LN_2);
}

uint64_t draw_gap_rate(uint64_t probability)
{
	uint64_t power = probability;
	uint64_t sum = 0;

	if (probability == 0 || probability >= GAPS_BELOW)
		return 0;
	/* -ln(1 - p) = p + p^2/2 + p^3/3 + ..., as a fraction of 2^64. */
	for (unsigned n = 1; power; n++) {
		sum += power / n;
		power = multiply_high(power, probability);
	}
	return sum;
}

/* Bytes between two hits: floor(ln(u) / ln(1 - p)). */
static uint64_t gap(struct draw_hits *h)
{
	uint64_t u = draw(h->key, FOR_GAP, h->gaps++);
	u128 len = ((u128)draw_minus_ln(u ? u : 1) << 7) / h->gap_rate;

	return len > UINT32_MAX ? UINT32_MAX : (uint64_t)len;
}

void draw_hits_begin(struct draw_hits *h, uint64_t key, uint64_t probability,
		     uint64_t gap_rate, struct byte_range range)
{
	*h = (struct draw_hits){
		.key = key,
		.probability = probability,
		.gap_rate = gap_rate,
		.at = range.from,
		.range = range,
	};
	if (probability == 0)
		h->at = range.to;
	if (gap_rate) /* counted from the packet's first byte */
		h->at = gap(h);
}

static bool next_by_gap(struct draw_hits *h, uint32_t *offset)
{
	while (h->at < h->range.from)
		h->at += 1 + gap(h);
	if (h->at >= h->range.to)
		return false;
	*offset = (uint32_t)h->at;
	h->at += 1 + gap(h);
	return true;
}

bool draw_hits_next(struct draw_hits *h, uint32_t *offset)
{
	if (h->gap_rate)
		return next_by_gap(h, offset);
	while (h->at < h->range.to) {
		uint32_t at = (uint32_t)h->at++;

		if (!hits(draw(h->key, FOR_BYTE, at), h->probability))
			continue;
		*offset = at;
		return true;
	}
	return false;
}
