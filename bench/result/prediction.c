/* SPDX-License-Identifier: MIT */
#include "bench/result/prediction.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "bench/result/read.h"

#define FILE_BYTES_MAX (INT64_C(16) << 20)
#define ENTRIES_MAX 10000
#define MODELS_MAX 16

/* The format that is written as "schema". */
#define SCHEMA 1

#define AT(type, field) offsetof(struct type, field)

static const struct field prediction_fields[] = {
	{ "anchors_by", FIELD_TEXT, AT(prediction, anchors_by) },
	{ 0 },
};

static const struct field model_fields[] = {
	{ "accel", FIELD_NEEDED, AT(prediction_model, accel) },
	{ "good", FIELD_FLAG, AT(prediction_model, good) },
	{ "why", FIELD_TEXT, AT(prediction_model, why) },
	{ "held_out", FIELD_NUMBER, AT(prediction_model, held_out) },
	{ "error_median", FIELD_NUMBER, AT(prediction_model, error_median) },
	{ "error_max", FIELD_NUMBER, AT(prediction_model, error_max) },
	{ 0 },
};

static const struct field term_fields[] = {
	{ "name", FIELD_NEEDED, AT(prediction_term, name) },
	{ "about", FIELD_TEXT, AT(prediction_term, about) },
	{ "from", FIELD_TEXT, AT(prediction_term, from) },
	{ 0 },
};

static const struct field row_fields[] = {
	{ "scenario", FIELD_TEXT, AT(prediction_row, scenario) },
	{ "cell", FIELD_NEEDED, AT(prediction_row, cell) },
	{ "step", FIELD_TEXT, AT(prediction_row, step) },
	{ "path", FIELD_TEXT, AT(prediction_row, path) },
	{ "use", FIELD_TEXT, AT(prediction_row, use) },
	{ "measured_ns", FIELD_NUMBER, AT(prediction_row, measured_ns) },
	{ "model_ns", FIELD_NUMBER, AT(prediction_row, model_ns) },
	{ 0 },
};

static const struct field unfitted_fields[] = {
	{ "path", FIELD_NEEDED, AT(prediction_unfitted, path) },
	{ "why", FIELD_TEXT, AT(prediction_unfitted, why) },
	{ 0 },
};

static const struct field anchor_fields[] = {
	{ "name", FIELD_NEEDED, AT(prediction_anchor, name) },
	{ "what", FIELD_TEXT, AT(prediction_anchor, what) },
	{ "source", FIELD_TEXT, AT(prediction_anchor, source) },
	{ "unit", FIELD_TEXT, AT(prediction_anchor, unit) },
	{ "why", FIELD_TEXT, AT(prediction_anchor, why) },
	{ "documented", FIELD_NUMBER, AT(prediction_anchor, documented) },
	{ "model", FIELD_NUMBER, AT(prediction_anchor, model) },
	{ "error", FIELD_SIGNED, AT(prediction_anchor, error) },
	{ 0 },
};

/* What an entry has besides its fields. */
typedef bool read_more(struct arena *arena, const json_t *object, void *to,
		       struct err *err);

/* A list of structs of 'size' bytes; 'more' may be NULL. */
struct list {
	const char *key;
	size_t most;
	const struct field *fields;
	size_t size;
	read_more *more;
};

/* The list in 'object' as an array; NULL: failure. */
static void *read_structs(struct arena *arena, const json_t *object,
			  const struct list *l, size_t *count, struct err *err)
{
	json_t *list;
	char *rows;

	if (!read_list(object, l->key, l->most, &list, count, err))
		return NULL;
	rows = arena_alloc(arena, *count * l->size + 1);
	for (size_t i = 0; i < *count; i++) {
		const json_t *entry = json_array_get(list, i);
		char *row = rows + i * l->size;

		if (!read_fields(arena, entry, l->fields, row, err) ||
		    (l->more && !l->more(arena, entry, row, err))) {
			err_while(err, "'%s', entry %zu", l->key, i + 1);
			return NULL;
		}
	}
	return rows;
}

static bool read_term(struct arena *arena, const json_t *object, void *to,
		      struct err *err)
{
	struct prediction_term *term = to;

	return read_numbers(arena, object, "ns", &term->ns, err) &&
	       read_texts(arena, object, "merged", &term->merged,
			  &term->merged_count, err);
}

static bool read_model(struct arena *arena, const json_t *object, void *to,
		       struct err *err)
{
	static const struct list terms = { "terms", ENTRIES_MAX, term_fields,
					   sizeof(struct prediction_term),
					   read_term };
	static const struct list rows = { "rows", ENTRIES_MAX, row_fields,
					  sizeof(struct prediction_row), NULL };
	static const struct list unfitted = {
		"unfitted", ENTRIES_MAX, unfitted_fields,
		sizeof(struct prediction_unfitted), NULL
	};
	struct prediction_model *m = to;

	m->terms = read_structs(arena, object, &terms, &m->term_count, err);
	if (!m->terms)
		return false;
	m->rows = read_structs(arena, object, &rows, &m->row_count, err);
	if (!m->rows)
		return false;
	m->unfitted =
		read_structs(arena, object, &unfitted, &m->unfitted_count, err);
	return m->unfitted;
}

static bool check_schema(const json_t *object, struct err *err)
{
	double schema;

	if (!json_is_object(object))
		return err_set(err, ERR_CONFIG, "not an object");
	if (!json_get_number(object, "schema", &schema, err))
		return false;
	return schema == SCHEMA ||
	       err_set(err, ERR_CONFIG,
		       "its 'schema' is not %d; 'kdbench predict --save' "
		       "writes it anew",
		       SCHEMA);
}

static bool read_object(struct prediction *p, const json_t *object,
			struct err *err)
{
	static const struct list models = { "models", MODELS_MAX, model_fields,
					    sizeof(struct prediction_model),
					    read_model };
	static const struct list anchors = { "anchors", ENTRIES_MAX,
					     anchor_fields,
					     sizeof(struct prediction_anchor),
					     NULL };
	struct arena *arena = &p->arena;

	if (!check_schema(object, err) ||
	    !read_fields(arena, object, prediction_fields, p, err))
		return false;
	p->models = read_structs(arena, object, &models, &p->model_count, err);
	if (!p->models)
		return false;
	p->anchors =
		read_structs(arena, object, &anchors, &p->anchor_count, err);
	return p->anchors;
}

bool prediction_read(struct prediction *p, const char *path, struct err *err)
{
	json_error_t error;
	json_t *object;
	FILE *file;
	bool ok;

	*p = (struct prediction){ 0 };
	if (access(path, F_OK) < 0)
		return true;
	file = read_open(path, FILE_BYTES_MAX, err);
	if (!file)
		return false;
	object = json_loadf(file, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
			    &error);
	fclose(file);
	ok = object ? read_object(p, object, err) : read_not_json(&error, err);
	json_decref(object);
	p->known = ok;
	return ok || err_while(err, "%.300s", path);
}

const struct prediction_model *prediction_model_of(const struct prediction *p,
						   const char *accel)
{
	for (size_t i = 0; accel && i < p->model_count; i++)
		if (strcmp(p->models[i].accel, accel) == 0)
			return &p->models[i];
	return NULL;
}

void prediction_release(struct prediction *p)
{
	arena_release(&p->arena);
	*p = (struct prediction){ 0 };
}
