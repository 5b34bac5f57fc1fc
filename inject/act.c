/* SPDX-License-Identifier: MIT */
#include "inject/act.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "inject/stage.h"

/* Text that grows as far as there is room. */
struct text {
	char *to;
	size_t size;
	size_t len; /* it would have */
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t,
						      const char *fmt, ...)
{
	size_t room = t->len < t->size ? t->size - t->len : 0;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(room ? t->to + t->len : NULL, room, fmt, args);
	va_end(args);
	t->len += len > 0 ? (size_t)len : 0;
}

/* "re-send 1 of request 3 to the target" */
static void add_packet(struct text *t, const struct packet_address *a)
{
	const char *what = a->class == CLASS_STRAY   ? " byte"
			   : a->class == CLASS_OTHER ? " packet"
						     : "";

	if (a->copy)
		add(t, "re-send %" PRIu32 " of ", a->copy);
	add(t, "%s%s %" PRIu32 " to the %s",
	    packet_class_names[a->class < CLASS_COUNT ? a->class : 0], what,
	    a->ordinal, a->dir == TO_TARGET ? "target" : "debugger");
}

/* "byte 8 (id) of ", "bytes 8 to 11 (id) of " */
static void add_place(struct text *t, const struct fault_act *act)
{
	bool whole = act->offset < 0;

	if (!whole && !packet_class_is_byte(act->address.class)) {
		if (act->len > 1)
			add(t, "bytes %" PRId32 " to %" PRIu32, act->offset,
			    (uint32_t)act->offset + act->len - 1);
		else
			add(t, "byte %" PRId32, act->offset);
		add(t, " (%s) of ", act->field);
	}
	add_packet(t, &act->address);
}

static void add_was(struct text *t, const struct fault_act *act)
{
	add(t, "%s", act->offset >= 0 && act->len > 1 ? "were" : "was");
}

static void add_before(struct text *t, const struct fault_act *act)
{
	add(t, "0x%02x", (unsigned)act->before & 0xff);
}

static void add_after(struct text *t, const struct fault_act *act)
{
	add(t, "0x%02x", (unsigned)act->after & 0xff);
}

/* Of a byte that is a matter of values and of numbers. */
static void add_became(struct text *t, const struct fault_act *act)
{
	if (act->amount == 0)
		add(t, "nothing");
	else if (act->amount == 1)
		add_after(t, act);
	else
		add(t, "%" PRIu64 " bytes", act->amount);
}

/* Exact, in the largest unit that it is a multiple of. */
static void add_time(struct text *t, const struct fault_act *act)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	uint64_t value = act->amount;
	unsigned unit = 0;

	while (unit < 3 && value && value % 1000 == 0) {
		value /= 1000;
		unit++;
	}
	add(t, "%" PRIu64 " %s", value, units[unit]);
}

static void add_rate(struct text *t, const struct fault_act *act)
{
	add(t, "%" PRIu64 " bytes/s", act->amount);
}

static void add_count(struct text *t, const struct fault_act *act)
{
	add(t, "%" PRIu64, act->amount);
}

/* Whom it was done to, as a side. */
static void add_who(struct text *t, const struct fault_act *act)
{
	add(t, "%s", act->after == SIDE_DEBUGGER ? "debugger" : "target");
}

/* What a wrecked target has lost: enum event_wreck. */
static void add_lost(struct text *t, const struct fault_act *act)
{
	static const char *const lost[WRECK_COUNT] = {
		[WRECK_IDT] = "its IDT",
		[WRECK_STUB] = "its code",
		[WRECK_PAGE_TABLES] = "its page tables",
		[WRECK_RING_MEMORY] = "the rings",
		[WRECK_CLI_HLT] = "its next instructions (by cli; hlt)",
	};

	add(t, "%s", act->amount < WRECK_COUNT ? lost[act->amount] : "?");
}

static void add_side(struct text *t, const struct fault_act *act)
{
	add(t, "%s", act->amount == SIDE_TARGET ? "target" : "debugger");
}

static const struct {
	const char *name;
	void (*add)(struct text *t, const struct fault_act *act);
} words[] = {
	{ "{place}", add_place },   { "{was}", add_was },
	{ "{before}", add_before }, { "{after}", add_after },
	{ "{time}", add_time },     { "{rate}", add_rate },
	{ "{count}", add_count },   { "{became}", add_became },
	{ "{who}", add_who },       { "{lost}", add_lost },
	{ "{side}", add_side },
};

/* Add the word that 'at' starts with; returns how long its name is, or 0. */
static size_t add_word(struct text *t, const char *at,
		       const struct fault_act *act)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].name);

		if (strncmp(at, words[i].name, len) == 0) {
			words[i].add(t, act);
			return len;
		}
	}
	return 0;
}

int fault_act_describe(const struct fault_act *act, char *to, size_t len)
{
	const struct stage_type *type = stage_find(act->act);
	const char *at = type ? type->tells : "{place} {was} damaged";
	struct text text = { .to = to, .size = len };

	if (len)
		*to = '\0';
	while (*at) {
		size_t word = add_word(&text, at, act);

		if (word == 0)
			add(&text, "%c", *at++);
		at += word;
	}
	return (int)text.len;
}
