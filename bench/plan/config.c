/* SPDX-License-Identifier: MIT */
#include "bench/plan/config.h"

#include <string.h>
#include <unistd.h>

#include "bench/base/nearest.h"
#include "bench/plan/group.h"
#include "bench/plan/guests.h"
#include "bench/plan/vector.h"

#define CONFIG_PATH "bench.yaml"

static const struct {
	const char *name, *about;
	enum transport_kind kind;
	const char *key, *value; /* one parameter, or NULL */
} built_in[] = {
	{ "uart", "a 16550 at 115200 baud", TRANSPORT_UART, "baud", "115200" },
	{ "uart-unthrottled", "a 16550 as fast as QEMU takes it",
	  TRANSPORT_UART, "baud", "unlimited" },
	{ "byteport", "a back door that takes one character at a time",
	  TRANSPORT_BYTEPORT, NULL, NULL },
	{ "virtio", "virtio-serial, and a socket behind it", TRANSPORT_VIRTIO,
	  NULL, NULL },
	{ "ring", "two byte rings in shared memory", TRANSPORT_IVSHMEM, NULL,
	  NULL },
	{ "ring-packet",
	  "the same rings, whole packets as records: VMKD, VirtualKD",
	  TRANSPORT_IVSHMEM, "framing", "packet" },
	{ "ring-dma", "ring, physical reads out of guest RAM: 1394, RDMA",
	  TRANSPORT_IVSHMEM, "memory", "direct" },
	{ "native", "no VMM: the target as a process, rings between",
	  TRANSPORT_NATIVE, NULL, NULL },
	{ "ring-via-unix", "ring behind a bridge and its unix socket",
	  TRANSPORT_IVSHMEM, "via", "unix" },
	{ "sim", "the target in this process, in virtual time", TRANSPORT_SIM,
	  NULL, NULL },
	{ "attach", "a target that somebody else started", TRANSPORT_ATTACH,
	  NULL, NULL },
};

static struct transport_def *new_transport(struct config *config,
					   struct arena *arena)
{
	config->transports = vector_grow(arena, config->transports,
					 config->transport_count,
					 sizeof(*config->transports));
	return &config->transports[config->transport_count++];
}

static struct transport_def *find(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->transport_count; i++) {
		if (strcmp(config->transports[i].name, name) == 0)
			return &config->transports[i];
	}
	return NULL;
}

const struct transport_def *config_transport(const struct config *config,
					     const char *name)
{
	return find(config, name);
}

void config_init(struct config *config, struct arena *arena)
{
	struct err never = { 0 };

	*config = (struct config){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(built_in); i++) {
		struct transport_def *t = new_transport(config, arena);
		struct assignment param = {
			.key = built_in[i].key,
			.value = { .text = built_in[i].value,
				   .source = "built-in" },
		};

		t->name = built_in[i].name;
		t->about = built_in[i].about;
		t->kind = built_in[i].kind;
		t->built_in = true;
		if (param.key)
			(void)assign(&t->params, arena, &param, &never);
	}
}

static bool read_kind(struct transport_def *t, const struct node *key,
		      const struct node *map, struct err *err)
{
	const struct node *node = node_get(map, "kind");
	struct nearest n;

	if (!node) {
		err_at(err, key->where, "transport '%s' has no kind",
		       key->text);
		return err_hint(err, "add 'kind: uart', or another one that "
				     "'kdbench list transports' shows");
	}
	if (!node_is_scalar(node, "kind", err))
		return false;
	n = (struct nearest){ .word = node->text };
	for (size_t i = 0; i < TRANSPORT_KIND_COUNT; i++) {
		if (strcmp(transport_types[i].kind, node->text) == 0) {
			t->kind = (enum transport_kind)i;
			return true;
		}
		nearest_try(&n, transport_types[i].kind);
	}
	err_at(err, node->where, "unknown kind of transport '%s'", node->text);
	return err_hint(err,
			n.best ? "did you mean '%s'?"
			       : "'kdbench list transports' shows them",
			n.best);
}

/* The known keys of a transport of this type. */
static const char *const *keys_of(const struct transport_type *type,
				  struct arena *arena)
{
	const char **keys = NULL;
	size_t count = 0;

	keys = vector_grow(arena, keys, count, sizeof(*keys));
	keys[count++] = "kind";
	keys[count++] = "about";
	for (const struct setting *s = type->settings; s->key; s++) {
		keys = vector_grow(arena, keys, count, sizeof(*keys));
		keys[count++] = s->key;
	}
	keys = vector_grow(arena, keys, count, sizeof(*keys));
	keys[count] = NULL;
	return keys;
}

static bool read_param(struct transport_def *t, const struct node *key,
		       const struct node *node, struct arena *arena,
		       struct err *err)
{
	const struct transport_type *type = &transport_types[t->kind];
	struct assignment param = { .key = key->text, .where = key->where };
	struct path path = { NULL, setting_find(type->settings, key->text) };

	if (!path.row)
		return node_unknown(key, keys_of(type, arena), err);
	return value_of(&param.value, node, key->text, arena, err) &&
	       path_check(&path, key->text, &param.value, arena, err) &&
	       assign(&t->params, arena, &param, err);
}

static bool read_transport(struct config *config, const struct node *key,
			   const struct node *map, struct arena *arena,
			   struct err *err)
{
	struct transport_def t = { .name = key->text, .about = "" };
	struct transport_def *old = find(config, key->text);

	if (!name_check(key->text, "a transport's name", key->where, err) ||
	    !node_is_map(map, key->text, err) || !read_kind(&t, key, map, err))
		return false;
	for (size_t i = 0; i < map->count; i++) {
		const struct node *sub = map->keys[i];

		if (strcmp(sub->text, "kind") == 0)
			continue;
		if (strcmp(sub->text, "about") == 0) {
			if (!node_is_scalar(map->items[i], "about", err))
				return false;
			t.about = map->items[i]->text;
			continue;
		}
		if (!read_param(&t, sub, map->items[i], arena, err))
			return false;
	}
	if (!old)
		old = new_transport(config, arena);
	*old = t;
	return true;
}

static bool read_transports(struct config *config, const struct node *map,
			    struct arena *arena, struct err *err)
{
	if (!node_is_map(map, "transports", err))
		return false;
	for (size_t i = 0; i < map->count; i++) {
		if (!read_transport(config, map->keys[i], map->items[i], arena,
				    err))
			return false;
	}
	return true;
}

static bool read_key(struct config *config, const struct node *key,
		     const struct node *value, struct arena *arena,
		     struct err *err)
{
	static const char *const known[] = {
		"transports",   "transport", "accel",   "host",   "guest",
		"target",       "debugger",  "heal",    "trials", "qemu",
		"interference", "files",     "results", "guests", NULL,
	};

	if (strcmp(key->text, "transports") == 0)
		return read_transports(config, value, arena, err);
	if (strcmp(key->text, "guests") == 0)
		return guests_read(config, value, arena, err);
	if (!guests_say_which(key, value, err))
		return false;
	if (strncmp(key->text, "transport.", 10) == 0) {
		err_at(err, key->where, "'%s' does not say which transport",
		       key->text);
		return err_hint(err, "write it under 'transports:'");
	}
	if (!group_named(key_head(key->text, arena)))
		return node_unknown(key, known, err);
	return group_read(&config->settings, key, value, HOME_RUN, arena, err);
}

bool config_read(struct config *config, const struct yaml_text *text,
		 struct arena *arena, struct err *err)
{
	struct node *root;

	if (!yaml_parse(&root, text, arena, err) ||
	    !node_is_root(root, "bench.yaml", err))
		return false;
	for (size_t i = 0; i < root->count; i++) {
		if (!read_key(config, root->keys[i], root->items[i], arena,
			      err))
			return false;
	}
	return true;
}

bool config_load(struct config *config, const char *path, struct arena *arena,
		 struct err *err)
{
	struct yaml_text text;

	config_init(config, arena);
	if (!path && access(CONFIG_PATH, F_OK) != 0)
		return true;
	if (!path)
		path = CONFIG_PATH;
	return yaml_read(&text, path, arena, err) &&
	       config_read(config, &text, arena, err);
}
