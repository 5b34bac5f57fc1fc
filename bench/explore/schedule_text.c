/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/explore/schedule.h"

#define EXAMPLE "write drop@to-target/request/3+8, or several with commas"

/* Has this kind of act a value? */
static bool has_value(unsigned kind)
{
	return kind == ACT_FLIP || kind == ACT_INSERT || kind == ACT_DELAY ||
	       kind == ACT_HANGUP || kind == ACT_STALE;
}

/* Is it left out where it is 0? */
static bool may_lack_value(unsigned kind)
{
	return kind == ACT_HANGUP || kind == ACT_STALE;
}

/* --- writing ----------------------------------------------------------------
 */

static int write_act(const struct act *a, char *to, size_t size)
{
	char copy[16] = "", offset[16] = "", value[16] = "";

	if (a->address.copy)
		snprintf(copy, sizeof(copy), ".%" PRIu32, a->address.copy);
	if (a->offset != ACT_WHOLE)
		snprintf(offset, sizeof(offset), "+%u", (unsigned)a->offset);
	if (has_value(a->kind) && (a->value || !may_lack_value(a->kind)))
		snprintf(value, sizeof(value), "=0x%02x", (unsigned)a->value);
	return snprintf(to, size, "%s@%s/%s/%" PRIu32 "%s%s%s",
			act_kind_names[a->kind],
			fault_dir_names[a->address.dir],
			packet_class_names[a->address.class],
			a->address.ordinal, copy, offset, value);
}

void schedule_write(const struct schedule *s, char to[SCHEDULE_TEXT_MAX])
{
	size_t len = 0;

	*to = '\0';
	for (unsigned i = 0; i < s->count && len < SCHEDULE_TEXT_MAX; i++) {
		if (i)
			to[len++] = ',';
		len += (size_t)write_act(&s->acts[i], to + len,
					 SCHEDULE_TEXT_MAX - len);
	}
}

/* --- reading ----------------------------------------------------------------
 */

/* Where the reader stands. */
struct cursor {
	const char *at;
};

static bool wrong(struct err *err, const char *at, const char *what)
{
	err_set(err, ERR_USAGE, "schedule: '%.40s' is not %s", at, what);
	return err_hint(err, EXAMPLE);
}

/* One of 'names', up to 'end' (0: the end of the name), which is passed. */
static bool read_name(struct cursor *c, const char *const *names, unsigned from,
		      unsigned count, char end, uint8_t *index,
		      const char *what, struct err *err)
{
	size_t len = strcspn(c->at, "@/,");

	for (unsigned i = from; i < count; i++) {
		if (strlen(names[i]) != len || c->at[len] != end ||
		    strncmp(c->at, names[i], len) != 0)
			continue;
		*index = (uint8_t)i;
		c->at += len + 1;
		return true;
	}
	return wrong(err, c->at, what);
}

static bool read_number(struct cursor *c, uint32_t min, uint32_t max,
			uint32_t *value, const char *what, struct err *err)
{
	unsigned long long n;
	char *end;

	if (c->at[0] < '0' || c->at[0] > '9')
		return wrong(err, c->at, what);
	n = strtoull(c->at, &end, 0);
	if (n < min || n > max)
		return wrong(err, c->at, what);
	*value = (uint32_t)n;
	c->at = end;
	return true;
}

/* A number behind 'mark', if that is there. */
static bool read_marked(struct cursor *c, char mark, uint32_t min, uint32_t max,
			uint32_t *value, const char *what, struct err *err)
{
	if (*c->at != mark)
		return true;
	c->at++;
	return read_number(c, min, max, value, what, err);
}

/* What is read by itself may still not go together. */
static bool check_act(const struct act *a, const char *start, struct err *err)
{
	bool byte = packet_class_is_byte(a->address.class);
	bool whole = a->offset == ACT_WHOLE;
	unsigned values = a->kind == ACT_HANGUP  ? ACT_THEN_COUNT
			  : a->kind == ACT_STALE ? ACT_STALE_COUNT
						 : UINT8_MAX + 1;

	if (a->kind == ACT_FLIP && !a->value)
		return wrong(err, start, "a flip of any bit: =MASK is missing");
	if (!has_value(a->kind) && a->value)
		return wrong(err, start, "an act that has a value");
	if (a->value >= values)
		return wrong(err, start, "an act with a value that there is");
	if (byte && !whole)
		return wrong(err, start, "of a packet, and has no offset");
	if (act_ends_packet(a->kind) && whole && !byte)
		return wrong(err, start,
			     "an end of a packet: +OFFSET is "
			     "missing");
	if ((a->kind == ACT_REORDER || a->kind == ACT_STALE) && !whole)
		return wrong(err, start, "an act on a byte of a packet");
	return true;
}

static bool read_act(struct cursor *c, struct act *a, struct err *err)
{
	uint32_t offset = ACT_WHOLE, value = 0;
	const char *start = c->at;

	*a = (struct act){ 0 };
	if (!read_name(c, act_kind_names, 0, ACT_KIND_COUNT, '@', &a->kind,
		       "an act: drop, flip, insert, duplicate, delay, "
		       "reorder, truncate, hangup, stale, and @",
		       err) ||
	    !read_name(c, fault_dir_names, 0, 2, '/', &a->address.dir,
		       "to-target/ or to-debugger/", err) ||
	    !read_name(c, packet_class_names, CLASS_REQUEST, CLASS_COUNT, '/',
		       &a->address.class, "a class of packets and a /", err) ||
	    !read_number(c, 1, UINT32_MAX, &a->address.ordinal,
			 "the packet's number, from 1", err) ||
	    !read_marked(c, '.', 0, UINT32_MAX, &a->address.copy,
			 "the number of a copy", err) ||
	    !read_marked(c, '+', 0, KD_PACKET_MAX - 1, &offset,
			 "the offset of a byte in a packet", err) ||
	    !read_marked(c, '=', 0, UINT8_MAX, &value, "the value of a byte",
			 err))
		return false;
	a->offset = (uint16_t)offset;
	a->value = (uint8_t)value;
	return check_act(a, start, err);
}

bool schedule_read(struct schedule *s, const char *text, struct err *err)
{
	struct cursor c = { text };

	*s = (struct schedule){ 0 };
	for (;;) {
		if (s->count == SCHEDULE_FAULTS_MAX) {
			err_set(err, ERR_USAGE, "schedule: more than %d acts",
				SCHEDULE_FAULTS_MAX);
			return err_hint(err, EXAMPLE);
		}
		if (!read_act(&c, &s->acts[s->count++], err))
			return false;
		if (!*c.at)
			return true;
		if (*c.at++ != ',')
			return wrong(err, c.at - 1, "the end of an act");
	}
}

/* --- order ------------------------------------------------------------------
 */

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int act_compare(const struct act *a, const struct act *b)
{
	const int by[] = {
		compare(a->kind, b->kind),
		compare(a->address.copy, b->address.copy),
		compare(a->address.ordinal, b->address.ordinal),
		compare(a->offset, b->offset),
		compare(a->value, b->value),
		compare(a->address.class, b->address.class),
		compare(a->address.dir, b->address.dir),
	};

	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		if (by[i])
			return by[i];
	return 0;
}
