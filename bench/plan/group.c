/* SPDX-License-Identifier: MIT */
#include "bench/plan/group.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/plan/profile.h"

#define CHOICE(field) offsetof(struct choices, field)
#define CELL(field) offsetof(struct draft, cell.field)

static const struct setting choice_settings[] = {
	{ "transport", SETTING_TEXT, CHOICE(transport), "uart",
	  "how bytes travel; a name from 'kdbench list transports'", NULL, 0,
	  0 },
	{ "accel", SETTING_ENUM, CHOICE(accel), "auto",
	  "QEMU's accelerator; auto: the faster one here", "auto|tcg|kvm", 0,
	  0 },
	{ 0 },
};

static const struct setting target_choices[] = {
	{ "profile", SETTING_ENUM, CHOICE(target_profile), "ms",
	  "whose behaviour the target has", TARGET_PROFILE_NAMES, 0, 0 },
	{ "timeout-unit", SETTING_ENUM, CHOICE(timeout_unit), "time",
	  "what its byte time-out is: byte-timeout, or byte-polls * poll-cost",
	  "time|polls", 0, 0 },
	{ "poll-cost", SETTING_TEXT, CHOICE(poll_cost), "hw",
	  "polls: what one takes; hw (1us), kvm (3us), tcg (60ns), a duration, "
	  "or measured: a guest counts its looks at the line",
	  NULL, 0, 0 },
	{ 0 },
};

static const struct setting debugger_choices[] = {
	{ "profile", SETTING_ENUM, CHOICE(debugger_profile), "robust",
	  "whose behaviour the debugger has", DEBUGGER_PROFILE_NAMES, 0, 0 },
	{ "think", SETTING_TEXT, CHOICE(think), "none",
	  "pauses of the debugger: none, windbg, recorded or {ack: 1ms, gap: "
	  "2ms}",
	  NULL, 0, 0 },
	{ 0 },
};

static const struct setting trials_settings[] = {
	{ "min", SETTING_COUNT, offsetof(struct trials_draft, min), "5",
	  "trials of each cell, each with a fresh guest", NULL, 1, 10000 },
	{ "max", SETTING_COUNT, offsetof(struct trials_draft, max), "5",
	  "trials of each cell at most, while 'until' does not hold", NULL, 1,
	  10000 },
	{ "until", SETTING_TEXT, offsetof(struct trials_draft, until), "",
	  "enough: \"ci < 3%\", the interval of the median throughput", NULL, 0,
	  0 },
	{ "warmup", SETTING_COUNT, offsetof(struct trials_draft, warmup), "0",
	  "trials before them that only warm the host", NULL, 0, 1000 },
	{ 0 },
};

static const struct setting interference_settings[] = {
	{ "max-load", SETTING_NUMBER,
	  offsetof(struct interference_config, max_load), "0.5",
	  "others' CPU, in cores, above which a trial is disturbed", NULL, 0,
	  0 },
	{ "retries", SETTING_COUNT,
	  offsetof(struct interference_config, retries), "2",
	  "times a disturbed trial is repeated", NULL, 0, 100 },
	{ 0 },
};

static const struct setting files_settings[] = {
	{ "dir", SETTING_TEXT, offsetof(struct files_config, dir), "",
	  "folder beneath which it may; empty: it may read nothing", NULL, 0,
	  0 },
	{ "max-size", SETTING_SIZE, offsetof(struct files_config, max_size),
	  "64MiB", "longer files are refused", NULL, 0, UINT64_C(1) << 40 },
	{ 0 },
};

static const struct setting run_settings[] = {
	{ "results", SETTING_TEXT, 0, "results",
	  "folder in which run directories are made", NULL, 0, 0 },
	{ 0 },
};

const struct group groups[] = {
	{ "", "what it runs on", choice_settings, HOME_CELL,
	  offsetof(struct draft, choices) },
	{ "host", "how kdbench itself behaves", host_settings, HOME_CELL,
	  CELL(host) },
	{ "guest", "the guest kernel", guest_settings, HOME_CELL, CELL(guest) },
	{ "target", "the debuggee's half of KD", target_choices, HOME_CELL,
	  offsetof(struct draft, choices) },
	{ "target", NULL, target_settings, HOME_CELL, CELL(target) },
	{ "debugger", "our half of KD", debugger_choices, HOME_CELL,
	  offsetof(struct draft, choices) },
	{ "debugger", NULL, debugger_settings, HOME_CELL, CELL(debugger) },
	{ "heal", "what bounds the recovery after the faults", heal_settings,
	  HOME_CELL, CELL(heal) },
	{ "trials", "how often each cell is tried", trials_settings,
	  HOME_SCENARIO, 0 },
	{ "qemu", "the emulator", qemu_settings, HOME_RUN,
	  offsetof(struct plan, qemu) },
	{ "interference", "when a trial was disturbed", interference_settings,
	  HOME_SCENARIO, 0 },
	{ "files", "what a target may read of this machine", files_settings,
	  HOME_RUN, offsetof(struct plan, files) },
	{ "", "what it leaves behind", run_settings, HOME_RUN,
	  offsetof(struct plan, results_dir) },
	{ 0 },
};

const char *group_path(const struct group *g, const struct setting *row,
		       struct arena *arena)
{
	return *g->name ? arena_printf(arena, "%s.%s", g->name, row->key)
			: row->key;
}

/* What follows "<name>." in a path; the path itself if the name is "". */
static const char *behind(const char *key, const char *name)
{
	size_t len = strlen(name);

	if (!len)
		return key;
	return strncmp(key, name, len) == 0 && key[len] == '.' ? key + len + 1
							       : NULL;
}

static const struct setting *transport_row(const char *key)
{
	for (size_t i = 0; i < TRANSPORT_KIND_COUNT; i++) {
		const struct setting *row =
			setting_find(transport_types[i].settings, key);

		if (row)
			return row;
	}
	return NULL;
}

bool path_find(const char *key, struct path *path)
{
	const char *rest = behind(key, "transport");
	const struct setting *row;

	if (rest) {
		row = transport_row(rest);
		*path = (struct path){ NULL, row };
		return row;
	}
	for (const struct group *g = groups; g->name; g++) {
		rest = behind(key, g->name);
		row = rest ? setting_find(g->rows, rest) : NULL;
		if (!row)
			continue;
		*path = (struct path){ g, row };
		return true;
	}
	rest = behind(key, "guest");
	row = rest ? setting_find(external_settings, rest) : NULL;
	*path = (struct path){ NULL, row };
	return row;
}

bool group_named(const char *name)
{
	struct path path;

	for (const struct group *g = groups; g->name; g++) {
		if (*g->name && strcmp(g->name, name) == 0)
			return true;
	}
	return !strchr(name, '.') && path_find(name, &path);
}

bool path_unknown(const char *key, struct err_where where, struct err *err)
{
	struct arena arena = { 0 };
	struct nearest n = { .word = key };

	for (const struct group *g = groups; g->name; g++) {
		for (const struct setting *s = g->rows; s->key; s++)
			nearest_try(&n, group_path(g, s, &arena));
	}
	for (size_t i = 0; i < TRANSPORT_KIND_COUNT; i++) {
		const struct setting *s = transport_types[i].settings;

		for (; s->key; s++)
			nearest_try(&n, arena_printf(&arena, "transport.%s",
						     s->key));
	}
	for (const struct setting *s = external_settings; s->key; s++)
		nearest_try(&n, arena_printf(&arena, "guest.%s", s->key));
	err_at(err, where, "unknown setting '%s'", key);
	if (n.best)
		err_hint(err, "did you mean '%s'?", n.best);
	else
		err_hint(err, "'kdbench list settings' shows them all");
	arena_release(&arena);
	return false;
}

static bool listed(const char *key, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(key, list[i]) == 0)
			return true;
	}
	return false;
}

/*
 * Of a guest of somebody else: its system drives the UART by its own rules, and
 * has a memory, but no regions or lists of ours. What it might have (a guest of
 * ours that somebody started so) is bounded as ever.
 */
static bool applies_to_external(const char *key)
{
	static const char *const not [] = { "transport.rx-trigger",
					    "transport.tx" };
	static const char *const guest[] = { "guest.name", "guest.memory",
					     "guest.boot-timeout",
					     "guest.pattern", "guest.scratch" };
	const char *rest = behind(key, "guest");

	if (behind(key, "target"))
		return strcmp(key, "target.profile") == 0;
	if (rest && !setting_find(external_settings, rest))
		return listed(key, guest, ARRAY_SIZE(guest));
	return !listed(key, not, ARRAY_SIZE(not ));
}

bool path_applies(const char *key, const struct transport_type *type,
		  bool external)
{
	const char *rest = behind(key, "transport");

	external &= !type->foreign;
	if (external && !applies_to_external(key))
		return false;
	if (rest)
		return setting_find(type->settings, rest);
	rest = behind(key, "guest");
	if (rest && setting_find(external_settings, rest))
		return external;
	if (external && behind(key, "target"))
		return true;
	/* What a foreign target is, others have settled. */
	if (type->foreign && behind(key, "target"))
		return false;
	if (type->foreign && behind(key, "guest"))
		return strcmp(key, "guest.boot-timeout") == 0 ||
		       strcmp(key, "guest.pattern") == 0 ||
		       strcmp(key, "guest.scratch") == 0;
	if (behind(key, "host"))
		return type->has_host_wait;
	if (strcmp(key, "guest.idle") == 0 || strcmp(key, "guest.spin") == 0)
		return type->has_guest_idle;
	if (strcmp(key, "guest.sleep") == 0)
		return type->needs_qemu;
	if (strcmp(key, "accel") == 0)
		return type->needs_qemu;
	return true;
}
