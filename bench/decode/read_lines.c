/* SPDX-License-Identifier: MIT */
/* Captures in JSON lines: our traces, and packets of a decrypted KDNET. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/read.h"
#include "bench/kd/wire.h"
#include "bench/result/json.h"

/* Longest line: a stray run of a whole trace, in hex. */
#define LINE_BYTES_MAX (UINT64_C(256) << 20)

/* One line at a time. */
struct lines {
	const struct input *in;
	size_t at;
	unsigned number; /* of the line that 'line' is, from 1 */
	json_t *line;    /* owned */
	bool cut;        /* the last one is not whole */
};

static bool fail_at(const struct lines *l, struct err *err, const char *what)
{
	err_set(err, ERR_HOST, "%s", what);
	err->where = (struct err_where){ l->in->path, l->number, 1 };
	return false;
}

/* The next line that is not empty; false: none, or it is no JSON object. */
static bool next_line(struct lines *l, struct err *err)
{
	json_decref(l->line);
	l->line = NULL;
	l->cut = false;
	while (l->at < l->in->len) {
		const char *from = (const char *)l->in->at + l->at;
		const char *end = memchr(from, '\n', l->in->len - l->at);
		size_t len = end ? (size_t)(end - from) : l->in->len - l->at;

		l->number++;
		l->at += len + (end != NULL);
		if (len == 0 || (len == 1 && *from == '\r'))
			continue;
		if (len <= LINE_BYTES_MAX)
			l->line = json_loadb(from, len, JSON_REJECT_DUPLICATES,
					     NULL);
		if (json_is_object(l->line))
			return true;
		/* A line that was being written when its writer ended. */
		l->cut = !end && l->number > 1;
		return !l->cut && fail_at(l, err, "not a JSON object");
	}
	return false;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Hex to bytes, which are the caller's to free; false: it is not hex. */
static bool from_hex(const char *hex, uint8_t **bytes, size_t *len)
{
	*len = strlen(hex) / 2;
	*bytes = mem_alloc(*len + 1);
	for (size_t i = 0; i < *len; i++) {
		int high = digit(hex[2 * i]);
		int low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0) {
			free(*bytes);
			*bytes = NULL;
			return false;
		}
		(*bytes)[i] = (uint8_t)(high << 4 | low);
	}
	if (hex[2 * *len] == '\0')
		return true;
	free(*bytes);
	*bytes = NULL;
	return false;
}

static bool is_text(const json_t *o, const char *key, const char *value)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text && strcmp(text, value) == 0;
}

/* The first line decides. */
static enum capture_from detect_lines(const struct input *in)
{
	struct lines l = { .in = in };
	struct err ignored = { 0 };
	enum capture_from from = FROM_RAW;

	if (!next_line(&l, &ignored)) {
		json_decref(l.line);
		return FROM_RAW;
	}
	if (is_text(l.line, "type", "trace") || json_object_get(l.line, "t_ns"))
		from = FROM_TRACE;
	else if (json_object_get(l.line, "payload"))
		from = FROM_KDNET;
	json_decref(l.line);
	return from;
}

enum capture_from read_detect(const struct input *in)
{
	static const uint8_t section[4] = { 0x0a, 0x0d, 0x0d, 0x0a };

	if (in->len >= 4 && memcmp(in->at, section, 4) == 0)
		return FROM_PCAPNG;
	if (read_is_pcap(in))
		return FROM_PCAPNG;
	if (in->len && in->at[0] == '{')
		return detect_lines(in);
	return FROM_RAW;
}

static bool trace_head(struct capture *c, struct lines *l, struct err *err)
{
	if (!is_text(l->line, "type", "trace")) {
		fail_at(l, err, "this trace holds no bytes");
		return err_hint(err, "record it again with this kdbench: "
				     "'kdbench run --trace'");
	}
	if (json_integer_value(json_object_get(l->line, "schema")) != 1)
		return fail_at(l, err, "a trace of an unknown schema");
	if (is_text(l->line, "framing", "records"))
		c->framing = FRAMING_RECORDS;
	c->timed = true;
	return true;
}

static bool trace_line(struct capture *c, struct lines *l, struct err *err)
{
	const json_t *t = json_object_get(l->line, "t_ns");
	const char *raw = json_string_value(json_object_get(l->line, "raw"));
	bool target = is_text(l->line, "dir", "to-target");
	enum capture_end end = is_text(l->line, "end", "target") ? END_TARGET
								 : END_DEBUGGER;
	uint8_t *bytes;
	size_t len;

	if (is_text(l->line, "type", "truncated")) {
		c->cut = true;
		snprintf(c->note, sizeof(c->note),
			 "the trace was full: %lld more packets are not in it",
			 (long long)json_integer_value(
				 json_object_get(l->line, "packets")));
		return true;
	}
	if (!target && !is_text(l->line, "dir", "to-debugger"))
		return fail_at(l, err, "'dir' is no direction");
	if (!json_is_integer(t) || json_integer_value(t) < 0)
		return fail_at(l, err, "'t_ns' is no time");
	if (!raw || !from_hex(raw, &bytes, &len))
		return fail_at(l, err, "'raw' is not hex");
	capture_add(c, target ? DIR_TO_TARGET : DIR_TO_DEBUGGER, end,
		    (uint64_t)json_integer_value(t), bytes, len);
	free(bytes);
	return true;
}

/* The end of the file: was it also the end of a line? */
static bool ended_well(struct capture *c, const struct lines *l,
		       const struct err *err)
{
	if (l->cut) {
		c->cut = true;
		snprintf(c->note, sizeof(c->note),
			 "the file ends in the middle of line %u",
			 (unsigned)l->number);
	}
	return err->kind == ERR_NONE;
}

bool read_trace(struct capture *c, const struct input *in, struct err *err)
{
	struct lines l = { .in = in };
	bool ok = true;

	for (bool first = true; ok && next_line(&l, err); first = false)
		ok = first ? trace_head(c, &l, err) : trace_line(c, &l, err);
	json_decref(l.line);
	return ok && ended_well(c, &l, err);
}

/* A number of at most 'max', as JSON or as hex text. */
static bool get_number(struct lines *l, const char *key, uint64_t max,
		       uint64_t *value, struct err *err)
{
	const json_t *found = json_object_get(l->line, key);
	const char *text = json_string_value(found);
	char *end = NULL;
	char what[64];

	if (text) {
		*value = strtoull(text, &end, 16);
		if (digit(*text) >= 0 && *end == '\0' && *value <= max)
			return true;
	} else if (json_is_integer(found) && json_integer_value(found) >= 0) {
		*value = (uint64_t)json_integer_value(found);
		if (*value <= max)
			return true;
	}
	snprintf(what, sizeof(what), "'%s' is not a number that fits", key);
	return fail_at(l, err, what);
}

static bool kdnet_header(struct lines *l, struct kd_header *h, struct err *err)
{
	uint64_t leader, type, len, id, sum;

	if (!get_number(l, "leader", UINT32_MAX, &leader, err) ||
	    !get_number(l, "type", UINT16_MAX, &type, err) ||
	    !get_number(l, "len", UINT16_MAX, &len, err) ||
	    !get_number(l, "id", UINT32_MAX, &id, err) ||
	    !get_number(l, "ck", UINT32_MAX, &sum, err))
		return false;
	*h = (struct kd_header){ .leader = (uint32_t)leader,
				 .type = (uint16_t)type,
				 .len = (uint16_t)len,
				 .id = (uint32_t)id,
				 .checksum = (uint32_t)sum };
	return true;
}

/* Seconds since 1970, or 0. */
static uint64_t kdnet_time(const struct lines *l)
{
	double t = json_number_value(json_object_get(l->line, "t"));

	return t > 0 && t < 1e10 ? (uint64_t)llround(t * 1e6) * 1000 : 0;
}

static bool kdnet_line(struct capture *c, struct lines *l, struct err *err)
{
	const char *hex =
		json_string_value(json_object_get(l->line, "payload"));
	bool target = is_text(l->line, "dir", "H>T");
	struct kd_header h;
	uint8_t *bytes;
	uint8_t *packet;
	size_t len;

	if (!target && !is_text(l->line, "dir", "T>H"))
		return fail_at(l, err, "'dir' is neither H>T nor T>H");
	if (!kdnet_header(l, &h, err))
		return false;
	if (!hex || !from_hex(hex, &bytes, &len))
		return fail_at(l, err, "'payload' is not hex");
	packet = mem_alloc(KD_HEADER_SIZE + len);
	kd_store_header(packet, &h);
	memcpy(packet + KD_HEADER_SIZE, bytes, len);
	capture_add(c, target ? DIR_TO_TARGET : DIR_TO_DEBUGGER, END_DEBUGGER,
		    kdnet_time(l), packet, KD_HEADER_SIZE + len);
	free(packet);
	free(bytes);
	return true;
}

bool read_kdnet(struct capture *c, const struct input *in, struct err *err)
{
	struct lines l = { .in = in };
	bool ok = true;

	c->framing = FRAMING_KDNET;
	c->timed = true;
	while (ok && next_line(&l, err))
		ok = kdnet_line(c, &l, err);
	json_decref(l.line);
	return ok && ended_well(c, &l, err);
}
