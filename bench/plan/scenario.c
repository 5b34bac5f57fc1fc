/* SPDX-License-Identifier: MIT */
#include "bench/plan/scenario.h"

#include <string.h>

#include "bench/plan/group.h"

static bool kvm_opens(const struct surroundings *s)
{
	(void)s;
	return accel_kvm_opens();
}

static bool is_attached(const struct surroundings *s)
{
	return s->attached;
}

static const char *not_only_attached(const struct surroundings *s)
{
	return s->attached && s->launched
		       ? "it needs an attached target, and has cells without"
		       : NULL;
}

static bool has_guest(const struct surroundings *s)
{
	return !s->no_guest;
}

static const char *names_no_guest(const struct surroundings *s)
{
	return s->named ? NULL
			: "it needs a guest of bench.yaml, and names none";
}

const struct need needs[] = {
	{ .name = "kvm",
	  .help = "/dev/kvm opens for reading and writing",
	  .there = kvm_opens,
	  .absent = "/dev/kvm does not open" },
	{ .name = "attach",
	  .help = "a target that somebody else started: --attach ADDR, or "
		  "transport.address",
	  .there = is_attached,
	  .absent = "no target is attached; name one with --attach, such as "
		    "--attach unix:PATH",
	  .wrong = not_only_attached,
	  .hint = "write 'transport: attach', or use --attach" },
	{ .name = "guest",
	  .help = "the guest that guest.name names is in bench.yaml, and its "
		  "files are there",
	  .there = has_guest,
	  .wrong = names_no_guest,
	  .hint = "write 'guest.name: NAME', or --set guest.name=NAME" },
	{ 0 },
};

static bool read_need(const char **reason, const struct node *node,
		      const struct surroundings *s, struct err *err)
{
	if (!node_is_scalar(node, "needs", err))
		return false;
	for (const struct need *need = needs; need->name; need++) {
		if (strcmp(need->name, node->text) != 0)
			continue;
		if (need->wrong && need->wrong(s)) {
			err_at(err, node->where, "%s", need->wrong(s));
			return err_hint(err, "%s", need->hint);
		}
		if (!*reason && !need->there(s))
			*reason = need->absent ? need->absent : s->no_guest;
		return true;
	}
	err_at(err, node->where, "unknown need '%s'", node->text);
	return err_hint(err, "'kdbench list needs' shows what can be needed");
}

bool needs_read(const char **reason, const struct node *node,
		const struct surroundings *s, struct err *err)
{
	*reason = NULL;
	if (!node)
		return true;
	if (node->kind != NODE_LIST)
		return read_need(reason, node, s, err);
	for (size_t i = 0; i < node->count; i++) {
		if (!read_need(reason, node->items[i], s, err))
			return false;
	}
	return true;
}

static bool read_text(const char **to, const struct node *node,
		      const char *name, struct err *err)
{
	if (!node_is_scalar(node, name, err))
		return false;
	*to = node->text;
	return true;
}

/* One top-level key. */
static bool read_key(struct scenario_source *s, const struct node *key,
		     const struct node *value, struct arena *arena,
		     struct err *err)
{
	static const char *const known[] = {
		"name",   "about",   "needs",        "matrix", "transport",
		"accel",  "host",    "guest",        "target", "debugger",
		"faults", "session", "trials",       "heal",   "expect",
		"search", "cases",   "interference", NULL,
	};
	const struct {
		const char *key;
		const struct node **to;
	} parts[] = {
		{ "matrix", &s->matrix }, { "session", &s->session },
		{ "faults", &s->faults }, { "expect", &s->expect },
		{ "needs", &s->needs },   { "search", &s->search },
	};

	if (strcmp(key->text, "name") == 0) {
		s->name_where = value->where;
		return read_text(&s->name, value, "name", err) &&
		       name_check(s->name, "a scenario's name", value->where,
				  err);
	}
	if (strcmp(key->text, "about") == 0)
		return read_text(&s->about, value, "about", err);
	if (strcmp(key->text, "cases") == 0)
		return cases_read(&s->cases, value, arena, err);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(parts[i].key, key->text) != 0)
			continue;
		*parts[i].to = value;
		return true;
	}
	if (!group_named(key_head(key->text, arena)))
		return node_unknown(key, known, err);
	return group_read(&s->settings, key, value, HOME_SCENARIO, arena, err);
}

bool scenario_read(struct scenario_source *s, const struct yaml_text *text,
		   struct arena *arena, struct err *err)
{
	struct node *root;

	*s = (struct scenario_source){ .about = "" };
	if (!yaml_parse(&root, text, arena, err) ||
	    !node_is_root(root, "a scenario", err))
		return false;
	for (size_t i = 0; i < root->count; i++) {
		if (!read_key(s, root->keys[i], root->items[i], arena, err))
			return false;
	}
	if (!s->name) {
		err_at(err, root->where, "the scenario has no name");
		return err_hint(err, "add 'name: what-it-asks'");
	}
	if (!s->session) {
		err_at(err, root->where, "the scenario has no session");
		return err_hint(err, "add 'session: [connect, ...]'");
	}
	return true;
}
