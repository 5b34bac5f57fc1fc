/* SPDX-License-Identifier: MIT */
#include "bench/plan/matrix.h"

#include <string.h>

#include "bench/plan/group.h"
#include "bench/plan/vector.h"

static struct axis *find_axis(const struct matrix *m, const char *key)
{
	for (size_t i = 0; i < m->axis_count; i++) {
		if (strcmp(m->axes[i].key, key) == 0)
			return &m->axes[i];
	}
	return NULL;
}

/* A key with a dot, or one that is a setting, is a path; else a variable. */
static bool add_axis(struct matrix *m, const struct node *key,
		     struct arena *arena, struct err *err)
{
	struct axis axis = { .key = key->text, .where = key->where };
	struct path path;

	if (path_find(key->text, &path)) {
		if (path.group && path.group->home != HOME_CELL) {
			err_at(err, key->where, "'%s' cannot be varied",
			       key->text);
			return err_hint(err, "it is the same for all cells");
		}
	} else if (strchr(key->text, '.') || group_named(key->text)) {
		return path_unknown(key->text, key->where, err);
	} else if (!name_check(key->text, "a variable's name", key->where,
			       err)) {
		return false;
	} else {
		axis.variable = true;
	}
	if (m->axis_count == MATRIX_AXES_MAX)
		return err_at(err, key->where, "more than %d axes",
			      MATRIX_AXES_MAX);
	m->axes = vector_grow(arena, m->axes, m->axis_count, sizeof(axis));
	m->axes[m->axis_count++] = axis;
	return true;
}

static bool read_value(struct value *value, const struct axis *axis,
		       const struct node *node, struct arena *arena,
		       struct err *err)
{
	struct path path;

	if (!value_of(value, node, axis->key, arena, err))
		return false;
	return axis->variable ||
	       (path_find(axis->key, &path) &&
		path_check(&path, axis->key, value, arena, err));
}

static bool read_axis(struct axis *axis, const struct node *node,
		      struct arena *arena, struct err *err)
{
	struct value *values;

	if (!node_is_list(node, axis->key, err))
		return false;
	if (!node->count && !axis->variable)
		return err_at(err, node->where, "'%s' has no values",
			      axis->key);
	axis->required = !node->count;
	values = arena_alloc(arena, node->count * sizeof(*values));
	for (size_t i = 0; i < node->count; i++) {
		if (!read_value(&values[i], axis, node->items[i], arena, err))
			return false;
	}
	axis->values = values;
	axis->count = node->count;
	return true;
}

static bool reserved(const char *key)
{
	return strcmp(key, "include") == 0 || strcmp(key, "exclude") == 0;
}

static bool read_axes(struct matrix *m, const struct node *node,
		      struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < node->count; i++) {
		if (reserved(node->keys[i]->text))
			continue;
		if (!add_axis(m, node->keys[i], arena, err) ||
		    !read_axis(&m->axes[m->axis_count - 1], node->items[i],
			       arena, err))
			return false;
	}
	return true;
}

static bool too_many(const struct node *node, struct err *err)
{
	err_at(err, node->where, "the matrix has more than %d cells",
	       MATRIX_CELLS_MAX);
	return err_hint(err, "vary less at a time, or exclude some");
}

static void add_combo(struct matrix *m, const struct value **values,
		      struct arena *arena)
{
	m->combos = vector_grow(arena, m->combos, m->combo_count,
				sizeof(*m->combos));
	m->combos[m->combo_count++].values = values;
}

/* Every combination; the last axis varies fastest, as one reads them. */
static bool multiply(struct matrix *m, const struct node *node, size_t axes,
		     struct arena *arena, struct err *err)
{
	size_t total = 1;

	for (size_t i = 0; i < axes; i++) {
		total *= m->axes[i].required ? 1 : m->axes[i].count;
		if (total > MATRIX_CELLS_MAX)
			return too_many(node, err);
	}
	for (size_t n = 0; n < total; n++) {
		const struct value **values = arena_alloc(
			arena, (m->axis_count + 1) * sizeof(struct value *));
		size_t rest = n;

		for (size_t i = axes; i-- > 0;) {
			if (m->axes[i].required)
				continue;
			values[i] = &m->axes[i].values[rest % m->axes[i].count];
			rest /= m->axes[i].count;
		}
		add_combo(m, values, arena);
	}
	return true;
}

/* Does one line of 'exclude' match? Texts are compared as written. */
static bool excluded(const struct matrix *m, const struct combo *combo,
		     const struct node *entry)
{
	for (size_t i = 0; i < entry->count; i++) {
		const struct axis *axis = find_axis(m, entry->keys[i]->text);
		const struct node *node = entry->items[i];
		const struct value *value = combo->values[axis - m->axes];
		bool same = false;

		if (!value)
			return false;
		if (node->kind == NODE_SCALAR)
			same = strcmp(node->text, value->text) == 0;
		for (size_t k = 0; node->kind == NODE_LIST && k < node->count;
		     k++)
			same |= strcmp(node->items[k]->text, value->text) == 0;
		if (!same)
			return false;
	}
	return true;
}

static bool check_entry(const struct matrix *m, const struct node *entry,
			struct err *err)
{
	if (!node_is_map(entry, "exclude", err))
		return false;
	for (size_t i = 0; i < entry->count; i++) {
		const struct node *node = entry->items[i];

		if (!find_axis(m, entry->keys[i]->text)) {
			err_at(err, entry->keys[i]->where,
			       "'%s' is not an axis of this matrix",
			       entry->keys[i]->text);
			return err_hint(err, "exclude names axes and their "
					     "values");
		}
		if (node->kind == NODE_MAP)
			return node_is_scalar(node, entry->keys[i]->text, err);
		for (size_t k = 0; k < node->count; k++) {
			if (!node_is_scalar(node->items[k], "exclude", err))
				return false;
		}
	}
	return true;
}

static bool exclude(struct matrix *m, const struct node *list, struct err *err)
{
	if (!node_is_list(list, "exclude", err))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct node *entry = list->items[i];
		size_t kept = 0;

		if (!check_entry(m, entry, err))
			return false;
		for (size_t n = 0; n < m->combo_count; n++) {
			if (!excluded(m, &m->combos[n], entry))
				m->combos[kept++] = m->combos[n];
		}
		if (kept == m->combo_count) {
			err_at(err, entry->where, "this excludes nothing");
			return err_hint(err, "write the values as they stand "
					     "in the matrix");
		}
		m->combo_count = kept;
	}
	return true;
}

/* Axes that only 'include' names. */
static bool include_axes(struct matrix *m, const struct node *list,
			 struct arena *arena, struct err *err)
{
	if (!node_is_list(list, "include", err))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct node *entry = list->items[i];

		if (!node_is_map(entry, "include", err))
			return false;
		for (size_t k = 0; k < entry->count; k++) {
			if (!find_axis(m, entry->keys[k]->text) &&
			    !add_axis(m, entry->keys[k], arena, err))
				return false;
		}
	}
	return true;
}

/* One more cell per entry. */
static bool include(struct matrix *m, const struct node *list,
		    struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct node *entry = list->items[i];
		const struct value **values = arena_alloc(
			arena, (m->axis_count + 1) * sizeof(struct value *));

		for (size_t k = 0; k < entry->count; k++) {
			const struct axis *axis =
				find_axis(m, entry->keys[k]->text);
			struct value *value =
				arena_alloc(arena, sizeof(*value));

			if (!read_value(value, axis, entry->items[k], arena,
					err))
				return false;
			values[axis - m->axes] = value;
		}
		if (m->combo_count == MATRIX_CELLS_MAX)
			return too_many(list, err);
		add_combo(m, values, arena);
	}
	return true;
}

/* Which axes differ between combinations? */
static void mark_varying(struct matrix *m)
{
	for (size_t a = 0; a < m->axis_count; a++) {
		const struct value *first =
			m->combo_count ? m->combos[0].values[a] : NULL;

		m->axes[a].varies = false;
		for (size_t n = 1; n < m->combo_count; n++) {
			const struct value *v = m->combos[n].values[a];

			if (v != first &&
			    (!v || !first || strcmp(v->text, first->text) != 0))
				m->axes[a].varies = true;
		}
	}
}

void matrix_override(struct matrix *m, size_t axis, const struct value *value)
{
	for (size_t n = 0; n < m->combo_count; n++)
		m->combos[n].values[axis] = value;
	mark_varying(m);
}

bool matrix_multiply(struct matrix *m, const struct axis *axis,
		     struct arena *arena, struct err *err)
{
	size_t total = m->combo_count * axis->count;
	struct combo *combos;

	if (total > MATRIX_CELLS_SEARCHED) {
		err_at(err, axis->where,
		       "%zu cells with %zu points each are more than %d",
		       m->combo_count, axis->count, MATRIX_CELLS_SEARCHED);
		return err_hint(err, "search less closely, or vary less");
	}
	if (m->axis_count == MATRIX_AXES_MAX)
		return err_at(err, axis->where, "more than %d axes",
			      MATRIX_AXES_MAX);
	m->axes = vector_grow(arena, m->axes, m->axis_count, sizeof(*axis));
	m->axes[m->axis_count++] = *axis;
	combos = arena_alloc(arena, total * sizeof(*combos));
	for (size_t n = 0; n < total; n++) {
		const struct value **from = m->combos[n / axis->count].values;

		combos[n].values = arena_alloc(
			arena, m->axis_count * sizeof(struct value *));
		memcpy(combos[n].values, from,
		       (m->axis_count - 1) * sizeof(struct value *));
		combos[n].values[m->axis_count - 1] =
			&axis->values[n % axis->count];
	}
	m->combos = combos;
	m->combo_count = total;
	mark_varying(m);
	return true;
}

bool matrix_read(struct matrix *m, const struct node *node, struct arena *arena,
		 struct err *err)
{
	static const struct node nothing = { .kind = NODE_MAP };
	const struct node *included, *excluded_list;
	size_t product;

	*m = (struct matrix){ 0 };
	if (!node)
		node = &nothing;
	if (!node_is_map(node, "matrix", err) ||
	    !read_axes(m, node, arena, err))
		return false;
	product = m->axis_count;
	included = node_get(node, "include");
	excluded_list = node_get(node, "exclude");
	if (included && !include_axes(m, included, arena, err))
		return false;
	/* With 'include' alone there is no product to add to. */
	if ((product || !included) && !multiply(m, node, product, arena, err))
		return false;
	if (excluded_list && !exclude(m, excluded_list, err))
		return false;
	if (included && !include(m, included, arena, err))
		return false;
	if (!m->combo_count)
		return err_at(err, node->where, "the matrix has no cells");
	mark_varying(m);
	return true;
}
