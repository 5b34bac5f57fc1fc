/* SPDX-License-Identifier: MIT */
#include "bench/plan/guests.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/nearest.h"
#include "bench/base/words.h"
#include "bench/plan/vector.h"

const struct guests_borrow guests_borrowed[] = {
	{ "memory", "guest.memory", "2GiB" },
	{ "boot-timeout", "guest.boot-timeout", "10min" },
	{ "profile", "target.profile", "ms" },
	{ 0 },
};

static const struct guest_def nobody = { .name = "", .about = "" };

static const struct guest_def *find(const struct config *config,
				    const char *name)
{
	for (size_t i = 0; i < config->guest_count; i++) {
		if (strcmp(config->guests[i].name, name) == 0)
			return &config->guests[i];
	}
	return NULL;
}

bool guests_know(const struct config *config, const char *name)
{
	return strcmp(name, GUEST_OWN) == 0 || find(config, name);
}

/* --- bench.yaml -----------------------------------------------------------
 */

static bool unknown_key(const struct node *key, struct arena *arena,
			struct err *err)
{
	const char **known = NULL;
	size_t count = 0;

	for (const struct setting *s = external_settings; s->key; s++) {
		known = vector_grow(arena, known, count, sizeof(*known));
		known[count++] = s->key;
	}
	for (size_t i = 0; guests_borrowed[i].key; i++) {
		known = vector_grow(arena, known, count, sizeof(*known));
		known[count++] = guests_borrowed[i].key;
	}
	known = vector_grow(arena, known, count, sizeof(*known));
	known[count++] = "about";
	known = vector_grow(arena, known, count, sizeof(*known));
	known[count] = NULL;
	return node_unknown(key, known, err);
}

/* The path of an entry's key, or NULL. */
static const char *path_of(const char *key, struct arena *arena)
{
	for (size_t i = 0; guests_borrowed[i].key; i++) {
		if (strcmp(guests_borrowed[i].key, key) == 0)
			return guests_borrowed[i].path;
	}
	return setting_find(external_settings, key)
		       ? arena_printf(arena, "guest.%s", key)
		       : NULL;
}

/* A list of arguments is kept as one text that would be split into it. */
static bool read_arguments(struct value *value, const struct node *list,
			   struct arena *arena, struct err *err)
{
	const char *text = "";

	for (size_t i = 0; i < list->count; i++) {
		const struct node *item = list->items[i];

		if (!node_is_scalar(item, "arguments", err))
			return false;
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "",
				    words_quote(item->text, arena));
	}
	*value = (struct value){
		.text = text,
		.where = list->where,
		.source = arena_printf(arena, "%s:%u", list->where.file,
				       list->where.line),
	};
	return true;
}

static bool read_key(struct guest_def *g, const struct node *key,
		     const struct node *node, struct arena *arena,
		     struct err *err)
{
	struct assignment item = { .where = key->where };
	struct path path;

	if (strcmp(key->text, "about") == 0) {
		g->about = node->text;
		return node_is_scalar(node, "about", err);
	}
	item.key = path_of(key->text, arena);
	if (!item.key || !path_find(item.key, &path))
		return unknown_key(key, arena, err);
	if (node->kind == NODE_LIST && strcmp(key->text, "arguments") == 0) {
		if (!read_arguments(&item.value, node, arena, err))
			return false;
	} else if (!value_of(&item.value, node, key->text, arena, err)) {
		return false;
	}
	return path_check(&path, key->text, &item.value, arena, err) &&
	       assign(&g->params, arena, &item, err);
}

static void add_borrowed(struct guest_def *g, struct arena *arena)
{
	struct err never = { 0 };

	for (size_t i = 0; guests_borrowed[i].key; i++) {
		const struct assignment item = {
			.key = guests_borrowed[i].path,
			.value = { .text = guests_borrowed[i].initial,
				   .source = "built-in" },
		};

		if (!assigned(&g->params, item.key))
			(void)assign(&g->params, arena, &item, &never);
	}
}

static bool read_guest(struct config *config, const struct node *key,
		       const struct node *map, struct arena *arena,
		       struct err *err)
{
	struct guest_def g = { .name = key->text, .about = "" };

	if (!name_check(key->text, "a guest's name", key->where, err) ||
	    !node_is_map(map, key->text, err))
		return false;
	if (strcmp(key->text, GUEST_OWN) == 0) {
		err_at(err, key->where, "'%s' is kdbench's own guest",
		       key->text);
		return err_hint(err, "choose another name; its own settings "
				     "stand under 'guest:'");
	}
	for (size_t i = 0; i < map->count; i++) {
		if (!read_key(&g, map->keys[i], map->items[i], arena, err))
			return false;
	}
	add_borrowed(&g, arena);
	config->guests = vector_grow(arena, config->guests, config->guest_count,
				     sizeof(*config->guests));
	config->guests[config->guest_count++] = g;
	return true;
}

bool guests_read(struct config *config, const struct node *map,
		 struct arena *arena, struct err *err)
{
	if (!node_is_map(map, "guests", err))
		return false;
	for (size_t i = 0; i < map->count; i++) {
		if (!read_guest(config, map->keys[i], map->items[i], arena,
				err))
			return false;
	}
	return true;
}

static bool says_which(const char *key, struct err_where where, struct err *err)
{
	if (!setting_find(external_settings, key))
		return true;
	err_at(err, where, "'guest.%s' does not say which guest", key);
	return err_hint(err, "write it under 'guests:', with a name");
}

bool guests_say_which(const struct node *key, const struct node *value,
		      struct err *err)
{
	static const char prefix[] = "guest.";
	size_t len = strlen(prefix);

	if (strncmp(key->text, prefix, len) == 0)
		return says_which(key->text + len, key->where, err);
	if (strcmp(key->text, "guest") != 0 || value->kind != NODE_MAP)
		return true;
	for (size_t i = 0; i < value->count; i++) {
		if (!says_which(value->keys[i]->text, value->keys[i]->where,
				err))
			return false;
	}
	return true;
}

/* --- the choice -----------------------------------------------------------
 */

static bool unknown_guest(const struct resolver *r, const struct value *v)
{
	struct nearest n = { .word = v->text };

	nearest_try(&n, GUEST_OWN);
	for (size_t i = 0; i < r->config->guest_count; i++)
		nearest_try(&n, r->config->guests[i].name);
	err_at(r->err, v->where, "unknown guest '%s'", v->text);
	if (n.best)
		return err_hint(r->err, "did you mean '%s'?", n.best);
	return err_hint(r->err, "'kdbench list guests' shows them; bench.yaml "
				"can define more (docs/windows.md)");
}

bool guests_choose(const struct resolver *r, const struct cell *cell,
		   const struct guest_def **def)
{
	bool axis = false;
	const struct value *v = resolve_find(r, "guest.name", &axis);

	*def = NULL;
	if (!v || strcmp(v->text, GUEST_OWN) == 0 || !*v->text)
		return true;
	*def = find(r->config, v->text);
	if (*def)
		return true;
	*def = &nobody;
	return cell->scenario->skip_reason || unknown_guest(r, v);
}

const struct value *guests_find(const struct resolver *r,
				const struct guest_def *def, const char *key,
				bool *axis)
{
	const struct value *v = resolve_find(r, key, axis);
	const struct assignment *own = def ? assigned(&def->params, key) : NULL;
	enum layer layer = resolve_layer(r, key);

	if (!own ||
	    (layer > LAYER_CONFIG && layer >= resolve_layer(r, "guest.name")))
		return v;
	*axis = false;
	return &own->value;
}

/* The port that 'auto' is: the number is what identifies the cell. */
static void record_com(struct resolver *r, const struct guest_config *guest)
{
	for (size_t i = 0; i < r->params.count; i++) {
		struct param *param = &r->params.items[i];

		if (strcmp(param->key, "guest.com") == 0)
			param->value =
				arena_printf(r->arena, "%u", guest_com(guest));
	}
}

bool guests_resolve(struct resolver *r, struct draft *draft)
{
	struct external_config *to = &draft->cell.guest.external;

	for (const struct setting *row = external_settings; row->key; row++) {
		const char *key = arena_printf(r->arena, "guest.%s", row->key);
		bool axis = false;
		const struct value *v =
			guests_find(r, draft->guest, key, &axis);

		if (!resolve_row(r, row, key, v, axis, row->initial, to))
			return false;
	}
	to->reactos = draft->choices.target_profile != 0;
	record_com(r, &draft->cell.guest);
	return true;
}

/* --- checks ---------------------------------------------------------------
 */

/* Where somebody wrote a setting of the guest. */
static struct err_where place(const struct resolver *r,
			      const struct guest_def *def, const char *key)
{
	static const struct err_where nowhere;
	bool axis;
	const struct value *v = guests_find(r, def, key, &axis);

	return v ? v->where : nowhere;
}

static bool check_file(const struct resolver *r, const struct guest_def *def,
		       const char *key, const char *path)
{
	struct err_where where = place(r, def, key);

	if (!path || !*path || access(path, R_OK) == 0)
		return true;
	return err_at(r->err, where, "guest '%s': cannot open '%s': %s",
		      def->name, path, strerror(errno));
}

static bool check_arguments(const struct resolver *r,
			    const struct guest_def *def, const char *text)
{
	struct err why = { 0 };
	const char *const *words;
	size_t count;

	if (!text || words_split(text, r->arena, &words, &count, &why))
		return true;
	return err_at(r->err, place(r, def, "guest.arguments"),
		      "guest '%s': %s", def->name, why.text);
}

static bool varies(const struct resolver *r, const char *key)
{
	for (size_t i = 0; i < r->params.count; i++) {
		if (strcmp(r->params.items[i].key, key) == 0)
			return r->params.items[i].axis;
	}
	return false;
}

/* Nobody's system but ours has a driver for what only we have. */
static bool check_transport(const struct resolver *r, struct cell *cell)
{
	const char *name = cell->guest.name;
	bool axis;
	const struct value *v;

	if (cell->transport.kind == TRANSPORT_UART)
		return true;
	cell->skip_reason = arena_printf(
		r->arena,
		"guest '%s' is reached by its serial port: transports of kind "
		"uart, not %s",
		name, transport_types[cell->transport.kind].kind);
	if (varies(r, "transport") || varies(r, "guest.name") ||
	    cell->scenario->skip_reason)
		return true;
	v = resolve_find(r, "transport", &axis);
	if (!v)
		v = resolve_find(r, "guest.name", &axis);
	err_at(r->err, v->where, "%s", cell->skip_reason);
	return err_hint(r->err, "write 'transport: uart', or --set "
				"transport=uart");
}

bool guests_check(const struct resolver *r, const struct guest_def *def,
		  struct cell *cell)
{
	const struct external_config *e = &cell->guest.external;

	if (!def || !guest_is_external(&cell->guest))
		return true;
	if (!check_transport(r, cell))
		return false;
	if (cell->skip_reason || cell->scenario->skip_reason)
		return true;
	return check_file(r, def, "guest.disk", e->disk) &&
	       check_file(r, def, "guest.firmware", e->firmware) &&
	       check_arguments(r, def, e->arguments);
}

const char *guests_absent(const struct config *config, const char *name,
			  struct arena *arena)
{
	static const char *const files[] = { "guest.disk", "guest.firmware" };
	const struct guest_def *g = find(config, name);

	if (!guests_know(config, name))
		return arena_printf(arena,
				    "bench.yaml has no guest '%s' "
				    "(docs/windows.md)",
				    name);
	for (size_t i = 0; g && i < ARRAY_SIZE(files); i++) {
		const struct assignment *a = assigned(&g->params, files[i]);

		if (a && *a->value.text && access(a->value.text, R_OK) != 0)
			return arena_printf(
				arena, "guest '%s': cannot open '%s': %s", name,
				a->value.text, strerror(errno));
	}
	return NULL;
}
