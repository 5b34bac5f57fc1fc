/* SPDX-License-Identifier: MIT */
/* debugger.think, the one setting that can be a mapping. */
#include <inttypes.h>
#include <string.h>

#include "bench/plan/profile.h"
#include "bench/plan/yaml.h"

static const struct setting fixed_settings[] = {
	{ "ack", SETTING_DURATION, offsetof(struct think, ack_ns), "0",
	  "before each ACK", NULL, 0, UINT64_C(3600000000000) },
	{ "gap", SETTING_DURATION, offsetof(struct think, gap_ns), "0",
	  "between a reply and the next request", NULL, 0,
	  UINT64_C(3600000000000) },
	{ 0 },
};

static bool read_fixed(struct think *think, const char *text, const char *name,
		       struct err_where where, struct arena *arena,
		       struct err *err)
{
	static const char *const keys[] = { "ack", "gap", NULL };
	struct node *map;

	if (!yaml_parse_value(&map, text, where, arena, err) ||
	    !node_is_map(map, name, err))
		return false;
	*think = (struct think){ .kind = THINK_FIXED };
	for (size_t i = 0; i < map->count; i++) {
		const char *key = map->keys[i]->text;
		const struct setting *row = setting_find(fixed_settings, key);

		if (!row)
			return node_unknown(map->keys[i], keys, err);
		if (!node_is_scalar(map->items[i], key, err) ||
		    !setting_read(row, where,
				  arena_printf(arena, "%s.%s", name, key),
				  map->items[i]->text, think, err))
			return false;
	}
	return true;
}

bool think_read(struct think *think, const char *text, const char *name,
		struct err_where where, struct arena *arena, struct err *err)
{
	if (strcmp(text, "none") == 0) {
		*think = (struct think){ .kind = THINK_NONE };
		return true;
	}
	if (strcmp(text, "windbg") == 0) {
		*think = (struct think){ .kind = THINK_WINDBG };
		return true;
	}
	if (strcmp(text, "recorded") == 0) {
		*think = (struct think){ .kind = THINK_RECORDED };
		return true;
	}
	if (*text == '{')
		return read_fixed(think, text, name, where, arena, err);
	err_at(err, where, "'%s' cannot be '%s'", name, text);
	return err_hint(err, "none, windbg, recorded or {ack: 1ms, gap: 2ms}");
}

const char *think_write(const struct think *think, struct arena *arena)
{
	if (think->kind == THINK_NONE)
		return "none";
	if (think->kind == THINK_WINDBG)
		return "windbg";
	if (think->kind == THINK_RECORDED)
		return "recorded";
	return arena_printf(arena, "{ack: %" PRIu64 ", gap: %" PRIu64 "}",
			    think->ack_ns, think->gap_ns);
}
