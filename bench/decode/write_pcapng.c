/* SPDX-License-Identifier: MIT */
#include "bench/decode/pcapng.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

#ifndef KDBENCH_VERSION
#define KDBENCH_VERSION "unknown"
#endif

/* A block that grows. Little-endian. */
struct block {
	uint8_t *at; /* owned */
	size_t len;
};

static void put(struct block *b, const void *at, size_t len)
{
	size_t padded = (len + 3) & ~(size_t)3;

	b->at = mem_resize(b->at, b->len + padded);
	memset(b->at + b->len, 0, padded);
	if (len)
		memcpy(b->at + b->len, at, len);
	b->len += padded;
}

static void put32(struct block *b, uint32_t value)
{
	uint8_t bytes[4];

	kd_store32(bytes, value);
	put(b, bytes, sizeof(bytes));
}

static void put_option(struct block *b, uint16_t code, const void *at,
		       size_t len)
{
	put32(b, (uint32_t)code | (uint32_t)len << 16);
	put(b, at, len);
}

/* Put type and lengths around it, write it, begin anew. */
static void finish(struct block *b, uint32_t type, FILE *out)
{
	uint8_t head[8], tail[4];

	kd_store32(head, type);
	kd_store32(head + 4, (uint32_t)b->len + 12);
	kd_store32(tail, (uint32_t)b->len + 12);
	fwrite(head, 1, sizeof(head), out);
	fwrite(b->at, 1, b->len, out);
	fwrite(tail, 1, sizeof(tail), out);
	b->len = 0;
}

static void write_section(struct block *b, FILE *out)
{
	static const char application[] = "kdbench " KDBENCH_VERSION;

	put32(b, PCAPNG_ORDER);
	put32(b, 1);          /* version 1.0 */
	put32(b, UINT32_MAX); /* the section's length is not told */
	put32(b, UINT32_MAX);
	put_option(b, PCAPNG_APPLICATION, application, strlen(application));
	put32(b, PCAPNG_OPT_END);
	finish(b, PCAPNG_SECTION, out);
}

static void write_interface(struct block *b, const struct capture *c,
			    enum capture_end end, FILE *out)
{
	static const uint8_t nanoseconds = 9;
	char *name = mem_printf("%s %s", pcapng_framings[c->framing],
				pcapng_ends[end]);

	put32(b, PCAP_LINK_USER0);
	put32(b, 0); /* no limit of length */
	put_option(b, PCAPNG_IF_NAME, name, strlen(name));
	put_option(b, PCAPNG_IF_RESOLUTION, &nanoseconds, 1);
	put32(b, PCAPNG_OPT_END);
	finish(b, PCAPNG_INTERFACE, out);
	free(name);
}

static void write_packet(struct block *b, const struct packet *p, FILE *out)
{
	uint8_t flags[4];

	put32(b, p->end);
	put32(b, (uint32_t)(p->t_ns >> 32));
	put32(b, (uint32_t)p->t_ns);
	put32(b, (uint32_t)p->raw_len);
	put32(b, (uint32_t)p->raw_len);
	put(b, p->raw, p->raw_len);
	if (p->dir != DIR_UNKNOWN) {
		kd_store32(flags, p->dir == DIR_TO_DEBUGGER ? PCAPNG_INBOUND
							    : PCAPNG_OUTBOUND);
		put_option(b, PCAPNG_FLAGS, flags, sizeof(flags));
		put32(b, PCAPNG_OPT_END);
	}
	finish(b, PCAPNG_ENHANCED, out);
}

bool pcapng_write(const struct packet_list *list, const struct capture *c,
		  FILE *out)
{
	struct block b = { 0 };

	write_section(&b, out);
	for (unsigned end = 0; end < END_COUNT; end++)
		write_interface(&b, c, (enum capture_end)end, out);
	for (size_t i = 0; i < list->count; i++)
		write_packet(&b, &list->packets[i], out);
	free(b.at);
	return ferror(out) == 0;
}
