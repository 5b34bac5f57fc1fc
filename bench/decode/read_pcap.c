/* SPDX-License-Identifier: MIT */
/*
 * pcapng, and pcap, of both byte orders. Every length is checked against what
 * is left of what holds it; a file that ends in mid-block is read up to there.
 */
#include <string.h>

#include <stdio.h>

#include "bench/base/clock.h"
#include "bench/decode/pcapng.h"
#include "bench/decode/read.h"

#define INTERFACES_MAX 256
#define BLOCK_MIN 12
#define PCAP_HEADER 24
#define PCAP_RECORD 16

const char *const pcapng_framings[3] = {
	[FRAMING_SERIAL] = "kd-serial",
	[FRAMING_RECORDS] = "kd-records",
	[FRAMING_KDNET] = "kd-net",
};
const char *const pcapng_ends[END_COUNT] = {
	[END_DEBUGGER] = "debugger",
	[END_TARGET] = "target",
};

struct interface {
	bool user0;
	uint8_t resolution; /* as in if_tsresol */
	uint8_t end;
};

struct reader {
	const struct input *in;
	size_t at;
	bool big;
	struct interface interfaces[INTERFACES_MAX];
	unsigned count;
	size_t skipped; /* packets of another link type */
};

static uint32_t load32(const struct reader *r, const uint8_t *at)
{
	uint32_t value = kd_load32(at);

	return r->big ? __builtin_bswap32(value) : value;
}

static uint16_t load16(const struct reader *r, const uint8_t *at)
{
	uint16_t value = kd_load16(at);

	return r->big ? __builtin_bswap16(value) : value;
}

static bool wrong(const struct reader *r, struct err *err, const char *what)
{
	return err_set(err, ERR_HOST, "'%s': %s at offset 0x%zx", r->in->path,
		       what, r->at);
}

/* Options: the value of 'code', or NULL; *len is its length. */
static const uint8_t *option(const struct reader *r, const uint8_t *at,
			     size_t left, uint16_t code, size_t *len)
{
	while (left >= 4) {
		uint16_t this = load16(r, at);
		size_t padded;

		*len = load16(r, at + 2);
		padded = (*len + 3) & ~(size_t)3;
		if (this == PCAPNG_OPT_END || padded > left - 4)
			return NULL;
		if (this == code)
			return at + 4;
		at += 4 + padded;
		left -= 4 + padded;
	}
	return NULL;
}

static bool begins(const uint8_t *name, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(name, with, strlen(with)) == 0;
}

static bool read_interface(struct capture *c, struct reader *r,
			   const uint8_t *body, size_t len, struct err *err)
{
	struct interface *i = &r->interfaces[r->count];
	const uint8_t *value;
	size_t n;

	if (len < 8)
		return wrong(r, err, "an interface block without its fields");
	if (r->count == INTERFACES_MAX)
		return wrong(r, err, "more than 256 interfaces");
	r->count++;
	*i = (struct interface){ .resolution = 6 };
	i->user0 = load16(r, body) == PCAP_LINK_USER0;
	value = option(r, body + 8, len - 8, PCAPNG_IF_RESOLUTION, &n);
	if (value && n >= 1)
		i->resolution = *value;
	value = option(r, body + 8, len - 8, PCAPNG_IF_NAME, &n);
	if (!value || !i->user0)
		return true;
	for (unsigned f = 0; f < 3; f++) {
		if (begins(value, n, pcapng_framings[f]))
			c->framing = (uint8_t)f;
	}
	if (n >= 6 && memcmp(value + n - 6, "target", 6) == 0)
		i->end = END_TARGET;
	return true;
}

/* A time stamp in ns; what does not fit is the end of time. */
static uint64_t time_ns(uint64_t stamp, uint8_t resolution)
{
	unsigned power = resolution & 0x7f;
	unsigned __int128 t = stamp;

	if (resolution & 0x80) {
		if (power > 63)
			return 0;
		t = t * NS_PER_S >> power;
	} else if (power <= 9) {
		for (; power < 9; power++)
			t *= 10;
	} else {
		for (; power > 9 && t; power--)
			t /= 10;
	}
	return t > UINT64_MAX ? UINT64_MAX : (uint64_t)t;
}

static enum capture_dir direction(const struct reader *r, const uint8_t *at,
				  size_t left)
{
	size_t n;
	const uint8_t *flags = option(r, at, left, PCAPNG_FLAGS, &n);

	if (!flags || n < 4)
		return DIR_UNKNOWN;
	switch (load32(r, flags) & 3) {
	case PCAPNG_INBOUND: return DIR_TO_DEBUGGER;
	case PCAPNG_OUTBOUND: return DIR_TO_TARGET;
	default: return DIR_UNKNOWN;
	}
}

static bool read_packet(struct capture *c, struct reader *r,
			const uint8_t *body, size_t len, struct err *err)
{
	uint32_t caplen, which;
	const struct interface *i;
	enum capture_dir dir;
	uint64_t stamp;
	size_t padded;

	if (len < 20)
		return wrong(r, err, "a packet block without its fields");
	which = load32(r, body);
	caplen = load32(r, body + 12);
	if (which >= r->count)
		return wrong(r, err, "a packet of no interface");
	if (caplen > len - 20)
		return wrong(r, err, "a packet longer than its block");
	i = &r->interfaces[which];
	if (!i->user0) {
		r->skipped++;
		return true;
	}
	padded = ((size_t)caplen + 3) & ~(size_t)3;
	dir = padded < len - 20
		      ? direction(r, body + 20 + padded, len - 20 - padded)
		      : DIR_UNKNOWN;
	c->mixed |= dir == DIR_UNKNOWN;
	stamp = (uint64_t)load32(r, body + 4) << 32 | load32(r, body + 8);
	capture_add(c, dir, (enum capture_end)i->end,
		    time_ns(stamp, i->resolution), body + 20, caplen);
	return true;
}

/* A packet without time and direction, of the first interface. */
static bool read_simple(struct capture *c, struct reader *r,
			const uint8_t *body, size_t len, struct err *err)
{
	uint32_t caplen;

	if (len < 4 || !r->count)
		return wrong(r, err, "a packet of no interface");
	caplen = load32(r, body);
	if (caplen > len - 4) /* the snap length has cut it */
		caplen = (uint32_t)(len - 4);
	if (!r->interfaces[0].user0) {
		r->skipped++;
		return true;
	}
	c->mixed = true;
	capture_add(c, DIR_UNKNOWN, END_DEBUGGER, 0, body + 4, caplen);
	return true;
}

static bool read_section(struct reader *r, const uint8_t *block, size_t left,
			 struct err *err)
{
	uint32_t order;

	if (left < 28)
		return wrong(r, err, "a section header without its fields");
	order = kd_load32(block + 8);
	if (order != PCAPNG_ORDER && __builtin_bswap32(order) != PCAPNG_ORDER)
		return wrong(r, err, "a section of no byte order");
	r->big = order != PCAPNG_ORDER;
	r->count = 0;
	return true;
}

static void cut(struct capture *c, const struct reader *r)
{
	c->cut = true;
	snprintf(c->note, sizeof(c->note),
		 "the file ends inside a block, at offset 0x%zx", r->at);
}

static bool read_block(struct capture *c, struct reader *r, uint32_t type,
		       const uint8_t *body, size_t len, struct err *err)
{
	switch (type) {
	case PCAPNG_INTERFACE: return read_interface(c, r, body, len, err);
	case PCAPNG_ENHANCED: return read_packet(c, r, body, len, err);
	case PCAPNG_SIMPLE: return read_simple(c, r, body, len, err);
	default: return true;
	}
}

/* Nothing of it is KD: most likely it is a capture of something else. */
static bool check_link(const struct capture *c, const struct reader *r,
		       struct err *err)
{
	if (c->count || !r->skipped)
		return true;
	err_set(err, ERR_HOST, "'%s' has no packets of link type USER0 (147)",
		r->in->path);
	return err_hint(err, "decrypted KDNET can be given as JSON lines: "
			     "--from kdnet-jsonl");
}

bool read_pcapng(struct capture *c, const struct input *in, struct err *err)
{
	struct reader r = { .in = in };

	while (r.at < in->len) {
		const uint8_t *block = in->at + r.at;
		size_t left = in->len - r.at;
		uint32_t type, len;

		if (left < BLOCK_MIN) {
			cut(c, &r);
			break;
		}
		type = kd_load32(block);
		if (type == PCAPNG_SECTION &&
		    !read_section(&r, block, left, err))
			return false;
		if (r.at == 0 && type != PCAPNG_SECTION)
			return wrong(&r, err, "no pcapng section");
		type = load32(&r, block);
		len = load32(&r, block + 4);
		if (len < BLOCK_MIN || len % 4)
			return wrong(&r, err, "a block of a wrong length");
		if (len > left) {
			cut(c, &r);
			break;
		}
		if (load32(&r, block + len - 4) != len)
			return wrong(&r, err, "a block with two lengths");
		if (!read_block(c, &r, type, block + 8, len - BLOCK_MIN, err))
			return false;
		r.at += len;
	}
	/* Stamps that do not differ tell no times. */
	for (size_t i = 0; i < c->count; i++)
		c->timed |= c->pieces[i].t_ns != 0;
	return check_link(c, &r, err);
}

/* a1b2c3d4: microseconds, a1b23c4d: nanoseconds; 0: no pcap. */
static uint32_t pcap_magic(const struct input *in, bool *big)
{
	uint32_t magic = in->len >= 4 ? kd_load32(in->at) : 0;

	*big = (magic & 0xff) == 0xa1;
	if (*big)
		magic = __builtin_bswap32(magic);
	return magic == 0xa1b2c3d4 || magic == 0xa1b23c4d ? magic : 0;
}

bool read_is_pcap(const struct input *in)
{
	bool big;

	return pcap_magic(in, &big) != 0;
}

bool read_pcap(struct capture *c, const struct input *in, struct err *err)
{
	struct reader r = { .in = in, .at = PCAP_HEADER };
	uint32_t magic = pcap_magic(in, &r.big);
	uint64_t unit = magic == 0xa1b23c4d ? 1 : NS_PER_US;

	if (in->len < PCAP_HEADER)
		return wrong(&r, err, "the file header ends");
	if ((load32(&r, in->at + 20) & 0xffff) != PCAP_LINK_USER0) {
		r.skipped = 1;
		return check_link(c, &r, err);
	}
	c->timed = true;
	c->mixed = true;
	while (r.at < in->len) {
		const uint8_t *at = in->at + r.at;
		size_t left = in->len - r.at;
		uint32_t len = left < PCAP_RECORD ? 0 : load32(&r, at + 8);

		if (left < PCAP_RECORD || len > left - PCAP_RECORD) {
			cut(c, &r);
			break;
		}
		capture_add(c, DIR_UNKNOWN, END_DEBUGGER,
			    load32(&r, at) * NS_PER_S +
				    load32(&r, at + 4) * unit,
			    at + PCAP_RECORD, len);
		r.at += PCAP_RECORD + len;
	}
	return true;
}
