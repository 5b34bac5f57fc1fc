/* SPDX-License-Identifier: MIT */
#include "bench/guest/params.h"

#include <stdbool.h>
#include <stddef.h>

#include "bench/guest/contract.h"
#include "bench/guest/fwcfg.h"
#include "bench/guest/panic.h"
#include "bench/kd/world.h"

/* One parameter. All fields are u64. */
struct row {
	const char *key;
	size_t offset;
	const char *words; /* "a|b": the index counts; NULL: a number */
	uint64_t min, max; /* of a number */
};

#define FIELD(name) offsetof(struct params, name)

static const struct row rows[] = {
	{ "mode", FIELD(mode), "serve|calibrate|wreck-ring", 0, 0 },
	{ "transport", FIELD(transport), "uart|byteport|virtio|ivshmem", 0, 0 },
	{ "framing", FIELD(framing), "stream|packet", 0, 0 },
	{ "memory", FIELD(memory), NULL, GUEST_PAGE_SIZE, GUEST_MEMORY_MAX },
	{ "tsc-hz", FIELD(tsc_hz), NULL, 1000, UINT64_MAX },
	{ "pattern", FIELD(pattern), NULL, 0, UINT64_MAX },
	{ "pattern-size", FIELD(pattern_size), NULL, 0, UINT64_MAX },
	{ "nonce", FIELD(nonce), NULL, 0, UINT64_MAX },
	{ "scratch", FIELD(scratch), NULL, 0, UINT64_MAX },
	{ "scratch-size", FIELD(scratch_size), NULL, 0, UINT64_MAX },
	{ "idle", FIELD(idle), "poll|pause|hlt|spin-hlt", 0, 0 },
	{ "spin-ns", FIELD(spin_ns), NULL, 0, UINT64_MAX },
	{ "sleep-ns", FIELD(sleep_ns), NULL, 0, UINT64_MAX },
	{ "rx-trigger", FIELD(rx_trigger), NULL, 0, 3 },
	{ "tx", FIELD(tx), "byte|burst", 0, 0 },
	{ "buffers", FIELD(buffers), NULL, 1, GUEST_VIRTIO_BUFFERS },
	{ "buffer", FIELD(buffer), NULL, GUEST_VIRTIO_BUFFER_MIN,
	  GUEST_VIRTIO_BUFFER_MAX },
	{ "processors", FIELD(processors), NULL, 1, 2 },
	{ "world", FIELD(world), NULL, 0, GUEST_MEMORY_MAX },
	{ "modules", FIELD(modules), NULL, 0, KD_WORLD_MODULES_MAX },
	{ "processes", FIELD(processes), NULL, 0, KD_WORLD_PROCESSES_MAX },
	{ "functions", FIELD(functions), NULL, 0, KD_WORLD_FUNCTIONS_MAX },
	{ "layout", FIELD(layout), NULL, 0, UINT64_MAX },
	{ "byte-timeout-ns", FIELD(target.byte_timeout_ns), NULL, 1,
	  UINT64_MAX },
	{ "retries-first", FIELD(target.retries_first), NULL, 1, UINT64_MAX },
	{ "retries", FIELD(target.retries), NULL, 1, UINT64_MAX },
	{ "read-max", FIELD(target.read_max), NULL, 1, UINT64_MAX },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* A piece of the parameter text. */
struct text {
	const char *at;
	size_t len;
};

static bool equal(struct text t, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i >= t.len || t.at[i] != word[i])
			return false;
	}
	return t.len == len;
}

static size_t length(const char *text, char end)
{
	size_t len = 0;

	while (text[len] && text[len] != end)
		len++;
	return len;
}

/* Which of "a|b|c" is it? */
static bool parse_word(struct text t, const char *words, uint64_t *value)
{
	for (uint64_t i = 0;; i++) {
		size_t len = length(words, '|');

		if (equal(t, words, len)) {
			*value = i;
			return true;
		}
		if (!words[len])
			return false;
		words += len + 1;
	}
}

/* Decimal digits. */
static bool parse_number(struct text t, uint64_t *value)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < t.len; i++) {
		unsigned digit = (unsigned)(t.at[i] - '0');

		if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return t.len != 0;
}

static bool parse_value(const struct row *row, struct text t, uint64_t *value)
{
	if (row->words)
		return parse_word(t, row->words, value);
	return parse_number(t, value) && *value >= row->min &&
	       *value <= row->max;
}

/*
 * A rule of the target's profile. Only those that differ from the profile 'ms'
 * are told. False: it is none.
 */
static bool take_rule(struct params *p, struct text key, struct text value,
		      struct text item)
{
	const struct kd_target_rule *rule = kd_target_rules;
	uint64_t number;

	if (equal(key, "abandon-replies", length("abandon-replies", 0))) {
		if (!parse_number(value, &p->target.abandon_replies))
			panic_about("bad parameter", item.at, item.len);
		return true;
	}
	while (rule->key && !equal(key, rule->key, length(rule->key, 0)))
		rule++;
	if (!rule->key)
		return false;
	if (!parse_word(value, rule->words, &number))
		panic_about("bad parameter", item.at, item.len);
	*(int *)((char *)&p->target + rule->offset) = (int)number;
	return true;
}

/* For tests of other people's debuggers: KDBB is there, but nobody knows it. */
static bool take_hidden(struct params *p, struct text key, struct text value,
			struct text item)
{
	if (!equal(key, "kdbb", length("kdbb", 0)))
		return false;
	if (!parse_word(value, "shown|hidden", &p->hidden))
		panic_about("bad parameter", item.at, item.len);
	return true;
}

/* What the target's time-outs are counted in; the usual is not told. */
static bool take_clock(struct params *p, struct text key, struct text value,
		       struct text item)
{
	uint64_t polls;

	if (!equal(key, "clock", length("clock", 0)))
		return false;
	if (!parse_word(value, "time|polls", &polls))
		panic_about("bad parameter", item.at, item.len);
	p->target.counts_polls = polls != 0;
	return true;
}

/* Take one 'key=value'; returns which row it was, or ROW_COUNT for a rule. */
static size_t take(struct params *p, struct text item)
{
	struct text key = item;
	struct text value;
	uint64_t number;

	for (key.len = 0; key.len < item.len && item.at[key.len] != '=';)
		key.len++;
	if (key.len == item.len)
		panic_about("not 'key=value':", item.at, item.len);
	value.at = item.at + key.len + 1;
	value.len = item.len - key.len - 1;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!equal(key, rows[i].key, length(rows[i].key, 0)))
			continue;
		if (!parse_value(&rows[i], value, &number))
			panic_about("bad parameter", item.at, item.len);
		*(uint64_t *)((char *)p + rows[i].offset) = number;
		return i;
	}
	if (take_hidden(p, key, value, item) ||
	    take_clock(p, key, value, item) || take_rule(p, key, value, item))
		return ROW_COUNT;
	panic_about("unknown parameter", item.at, item.len);
}

/* Take all of a file; false if there is none. */
static bool take_file(struct params *p, const char *name,
		      bool seen[ROW_COUNT + 1])
{
	static char text[GUEST_PARAMS_MAX + 1];
	struct text item;
	size_t len;

	if (!fwcfg_read(name, text, GUEST_PARAMS_MAX, &len))
		return false;
	text[len] = 0;
	for (item.at = text; *item.at; item.at += item.len) {
		item.len = length(item.at, ' ');
		if (item.len)
			seen[take(p, item)] = true;
		else
			item.len = 1;
	}
	return true;
}

void params_read(struct params *p)
{
	bool seen[ROW_COUNT + 1] = { false };

	p->target.abandon_replies = KD_TRIES_NEVER;
	if (!take_file(p, GUEST_PARAMS_FILE, seen))
		panic("no parameters in fw_cfg");
	(void)take_file(p, GUEST_OVERRIDES_FILE, seen);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!seen[i])
			panic_about("missing parameter", rows[i].key,
				    length(rows[i].key, 0));
	}
}
