/* SPDX-License-Identifier: MIT */
#include "bench/result/prediction.h"

#include <math.h>
#include <unistd.h>

#include "bench/result/read.h"

#define FILE_BYTES_MAX (INT64_C(16) << 20)
#define ENTRIES_MAX 10000

#define AT(type, field) offsetof(struct type, field)

static const struct field prediction_fields[] = {
	{ "accel", FIELD_TEXT, AT(prediction, accel) },
	{ "held_out_error", FIELD_NUMBER, AT(prediction, held_out_error) },
	{ 0 },
};

static const struct field term_fields[] = {
	{ "name", FIELD_NEEDED, AT(prediction_term, name) },
	{ "about", FIELD_TEXT, AT(prediction_term, about) },
	{ "ns", FIELD_SIGNED, AT(prediction_term, ns) },
	{ 0 },
};

static const struct field cell_fields[] = {
	{ "cell", FIELD_NEEDED, AT(prediction_cell, cell) },
	{ "step", FIELD_TEXT, AT(prediction_cell, step) },
	{ "measured_ns", FIELD_NUMBER, AT(prediction_cell, measured_ns) },
	{ "predicted_ns", FIELD_SIGNED, AT(prediction_cell, predicted_ns) },
	{ "held_out", FIELD_FLAG, AT(prediction_cell, held_out) },
	{ 0 },
};

static const struct field anchor_fields[] = {
	{ "name", FIELD_NEEDED, AT(prediction_anchor, name) },
	{ "about", FIELD_TEXT, AT(prediction_anchor, about) },
	{ "unit", FIELD_TEXT, AT(prediction_anchor, unit) },
	{ "note", FIELD_TEXT, AT(prediction_anchor, note) },
	{ "documented", FIELD_NUMBER, AT(prediction_anchor, documented) },
	{ "predicted", FIELD_SIGNED, AT(prediction_anchor, predicted) },
	{ "error", FIELD_SIGNED, AT(prediction_anchor, error) },
	{ 0 },
};

/* The list under 'key' as an array of structs of 'size' bytes; NULL: failure.
 */
static void *read_structs(struct arena *arena, const json_t *object,
			  const char *key, const struct field *fields,
			  size_t size, size_t *count, struct err *err)
{
	json_t *list;
	char *rows;

	if (!read_list(object, key, ENTRIES_MAX, &list, count, err))
		return NULL;
	rows = arena_alloc(arena, *count * size + 1);
	for (size_t i = 0; i < *count; i++)
		if (!read_fields(arena, json_array_get(list, i), fields,
				 rows + i * size, err)) {
			err_while(err, "'%s', entry %zu", key, i + 1);
			return NULL;
		}
	return rows;
}

static bool read_object(struct prediction *p, const json_t *object,
			struct err *err)
{
	struct arena *arena = &p->arena;

	if (!json_is_object(object))
		return err_set(err, ERR_CONFIG, "not an object");
	if (!read_fields(arena, object, prediction_fields, p, err))
		return false;
	p->terms = read_structs(arena, object, "terms", term_fields,
				sizeof(*p->terms), &p->term_count, err);
	if (!p->terms)
		return false;
	p->cells = read_structs(arena, object, "cells", cell_fields,
				sizeof(*p->cells), &p->cell_count, err);
	if (!p->cells)
		return false;
	p->anchors = read_structs(arena, object, "anchors", anchor_fields,
				  sizeof(*p->anchors), &p->anchor_count, err);
	return p->anchors;
}

bool prediction_read(struct prediction *p, const char *path, struct err *err)
{
	json_error_t error;
	json_t *object;
	FILE *file;
	bool ok;

	*p = (struct prediction){ .held_out_error = NAN };
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

void prediction_release(struct prediction *p)
{
	arena_release(&p->arena);
	*p = (struct prediction){ 0 };
}
