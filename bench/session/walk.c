/* SPDX-License-Identifier: MIT */
#include "bench/session/walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/session/extent.h"

#define BLOCKS_MAX 16

typedef unsigned long long ull;

void walk_corrupt(struct session *s, const char *fmt, ...)
{
	char what[112];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (s->part < WALK_OWN)
		session_end(s, VERDICT_CORRUPT, "step '%s': %s", s->step->name,
			    what);
	else
		session_end(s, VERDICT_CORRUPT,
			    "step '%s', entry %llu at 0x%llx: %s",
			    s->step->name, (ull)s->walk.index, (ull)s->walk.at,
			    what);
}

/* --- reading -------------------------------------------------------------- */

static void ask(struct session *s)
{
	session_ask_memory(s, s->walk.api, s->op_address + s->op_got,
			   s->op_len - s->op_got);
}

static void read_by(struct session *s, uint32_t api, uint8_t part,
		    uint64_t address, uint32_t len)
{
	s->part = part;
	s->walk.api = api;
	s->op_address = address;
	s->op_len = len;
	s->op_got = 0;
	ask(s);
}

void walk_read(struct session *s, uint8_t part, uint64_t address, uint32_t len)
{
	read_by(s, KD_API_READ_VIRTUAL, part, address, len);
}

void walk_read_physical(struct session *s, uint8_t part, uint64_t address,
			uint32_t len)
{
	read_by(s, KD_API_READ_PHYSICAL, part, address, len);
}

/* Names where it pointed: the address came out of the target's own memory. */
static bool check(struct session *s)
{
	char entry[64] = "";

	if (kd_status_ok(s->d->reply.status))
		return true;
	if (s->part >= WALK_OWN)
		snprintf(entry, sizeof(entry), ", entry %llu at 0x%llx",
			 (ull)s->walk.index, (ull)s->walk.at);
	session_end(s, VERDICT_GAVE_UP,
		    "step '%s'%s: %s failed with status 0x%08x at 0x%llx",
		    s->step->name, entry, extent_api_name(s->walk.api),
		    (unsigned)s->d->reply.status, (ull)s->op_address);
	return false;
}

bool walk_take(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);
	uint64_t address = s->d->reply.u.memory.address;
	uint32_t rest = s->op_len - s->op_got;

	if (!check(s))
		return false;
	if (s->d->reply.u.memory.actual < data.len)
		data.len = s->d->reply.u.memory.actual;
	if (!data.len || data.len > rest ||
	    address != s->op_address + s->op_got) {
		walk_corrupt(s,
			     "%zu bytes of 0x%llx came, %u of 0x%llx were "
			     "asked for",
			     data.len, (ull)address, (unsigned)rest,
			     (ull)s->op_address + s->op_got);
		return false;
	}
	memcpy(s->old + s->op_got, data.at, data.len);
	s->op_got += (uint32_t)data.len;
	s->walk.bytes += data.len;
	if (s->op_got == s->op_len)
		return true;
	ask(s);
	return false;
}

bool walk_same(struct session *s, const uint8_t *have, const uint8_t *want,
	       uint32_t len, const char *what)
{
	uint32_t at = 0;

	if (memcmp(have, want, len) == 0)
		return true;
	while (have[at] == want[at])
		at++;
	walk_corrupt(s, "byte %u of its %s is 0x%02x and should be 0x%02x",
		     (unsigned)at, what, have[at], want[at]);
	return false;
}

/* --- the list ------------------------------------------------------------- */

bool walk_links(struct session *s, uint64_t flink, uint64_t blink)
{
	struct session_walk *w = &s->walk;

	w->flink = flink;
	if (blink != w->before) {
		walk_corrupt(s, "its Blink is 0x%llx, but 0x%llx led to it",
			     (ull)blink, (ull)w->before);
		return false;
	}
	if (flink == w->first || (flink == w->front && flink != w->head)) {
		walk_corrupt(s, "its Flink leads back to the first");
		return false;
	}
	if (flink == w->head && w->at != w->tail) {
		walk_corrupt(s,
			     "the list ends with it, the head's Blink is "
			     "0x%llx",
			     (ull)w->tail);
		return false;
	}
	return true;
}

bool walk_number(struct session *s, uint32_t number)
{
	struct session_walk *w = &s->walk;
	uint64_t bit = UINT64_C(1) << (number % 64);

	w->number = number;
	if (number / 64 >= SESSION_WALK_WORDS || (w->seen[number / 64] & bit)) {
		walk_corrupt(s, "number %u is %s", (unsigned)number,
			     number / 64 < SESSION_WALK_WORDS
				     ? "in the list twice"
				     : "more than there can be");
		return false;
	}
	w->seen[number / 64] |= bit;
	w->numbers++;
	if (number > w->number_max)
		w->number_max = number;
	return true;
}

/* Back to the first one. */
static void rewind_list(struct session *s)
{
	struct session_walk *w = &s->walk;

	w->at = w->first;
	w->before = w->front;
	w->index = 0;
	w->numbers = w->number_max = 0;
	memset(w->seen, 0, sizeof(w->seen));
}

void walk_on(struct session *s, uint32_t least)
{
	struct session_walk *w = &s->walk;

	if (w->flink == w->head && w->numbers &&
	    w->number_max != w->numbers + least - 1) {
		walk_corrupt(s, "the list ends after %u of numbers %u to %u",
			     (unsigned)w->numbers, (unsigned)least,
			     (unsigned)w->number_max);
		return;
	}
	if (w->flink == w->head) {
		rewind_list(s);
	} else if (++w->index == WALK_MAX) {
		walk_corrupt(s, "the list does not end");
		return;
	} else {
		w->before = w->at;
		w->at = w->flink;
	}
	session_op_done(s, w->bytes);
}

/* --- its head ------------------------------------------------------------- */

void walk_find(struct session *s)
{
	s->walk = (struct session_walk){ 0 };
	s->part = WALK_VERSION;
	session_ask_api(s, KD_API_GET_VERSION);
}

static void on_version(struct session *s, enum walk_list list)
{
	const struct kd_manipulate *r = &s->d->reply;
	bool data = r->u.version.flags & KD_VERSION_DATA;

	if (!session_check_reply(s, "GetVersion"))
		return;
	if (r->u.version.machine != KD_MACHINE_AMD64)
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s' knows the lists of amd64 only, and this "
			    "is machine 0x%04x",
			    s->step->name, r->u.version.machine);
	else if (list == WALK_MODULES && r->u.version.module_list)
		walk_read(s, WALK_HEAD, r->u.version.module_list, KD_LIST_SIZE);
	else if (list == WALK_PROCESSES && data && r->u.version.data_list)
		walk_read(s, WALK_DATA_HEAD, r->u.version.data_list,
			  KD_LIST_SIZE);
	else
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': the target does not say where its list "
			    "is",
			    s->step->name);
}

static void on_block(struct session *s)
{
	uint64_t flink = kd_load64(s->old + KDBB_FLINK);

	if (kd_load32(s->old + KDBB_OWNER_TAG) == KD_KDBG_TAG)
		walk_read(s, WALK_KDBG, s->op_address, KD_KDBG_SIZE);
	else if (++s->walk.index < BLOCKS_MAX)
		walk_read(s, WALK_BLOCK, flink, KDBB_HEADER_SIZE);
	else
		walk_corrupt(s, "there is no KDBG among %d blocks", BLOCKS_MAX);
}

static bool on_head(struct session *s)
{
	struct session_walk *w = &s->walk;

	w->head = w->front = s->op_address;
	w->first = kd_load64(s->old + KD_LIST_FLINK);
	w->tail = kd_load64(s->old + KD_LIST_BLINK);
	rewind_list(s);
	if (w->first != w->head)
		return true;
	session_end(s, VERDICT_GAVE_UP, "step '%s': the list is empty",
		    s->step->name);
	return false;
}

bool walk_found(struct session *s, enum walk_list list)
{
	uint64_t head;

	if (s->part == WALK_VERSION) {
		on_version(s, list);
		return false;
	}
	if (!walk_take(s))
		return false;
	switch (s->part) {
	case WALK_DATA_HEAD:
		walk_read(s, WALK_BLOCK, kd_load64(s->old + KD_LIST_FLINK),
			  KDBB_HEADER_SIZE);
		return false;
	case WALK_BLOCK: on_block(s); return false;
	case WALK_KDBG:
		head = kd_load64(s->old + KD_KDBG_PROCESSES);
		walk_read(s, WALK_HEAD, head, KD_LIST_SIZE);
		return false;
	default: return on_head(s);
	}
}
