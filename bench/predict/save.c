/* SPDX-License-Identifier: MIT */
#include "bench/predict/save.h"

#include <math.h>

#include "bench/predict/anchor.h"
#include "bench/result/json.h"

static const char *const uses[] = {
	[USE_TRAIN] = "fitted",
	[USE_HELD_OUT] = "held-out",
	[USE_LINE] = "line",
	[USE_UNFITTED] = "none",
};

static json_t *counts_json(const struct model_row *row)
{
	json_t *o = json_object();

	for (size_t c = 0; c < COST_COUNT; c++)
		json_object_set_new(o, cost_types[c].name,
				    json_from_number(row->count[c]));
	return o;
}

static json_t *row_json(const struct model *m, const struct model_row *row,
			const struct costs_file *other)
{
	bool fitted = row->use != USE_UNFITTED;
	double own = model_predict(row, &m->costs, NULL);
	json_t *o = json_object();

	json_object_set_new(o, "scenario", json_from_text(row->scenario));
	json_object_set_new(o, "cell", json_from_text(row->cell));
	json_object_set_new(o, "step", json_from_text(row->step));
	json_object_set_new(o, "path", json_string(path_name(row->path)));
	json_object_set_new(o, "use", json_string(uses[row->use]));
	json_object_set_new(o, "trials", json_from_number((double)row->trials));
	json_object_set_new(o, "counts", counts_json(row));
	json_object_set_new(o, "payload_bytes", json_from_number(row->payload));
	json_object_set_new(o, "measured_ns", json_from_number(row->time_ns));
	json_object_set_new(o, "model_ns",
			    json_from_number(fitted ? own : NAN));
	json_object_set_new(o, "error", json_from_number(model_error(m, row)));
	if (other)
		json_object_set_new(
			o, "there_ns",
			json_from_number(fitted ? model_predict(row,
								&other->costs,
								&m->costs)
						: NAN));
	return o;
}

static json_t *model_json(const struct model *m, const struct costs_file *other)
{
	json_t *o = json_object(), *rows = json_array();
	char why[160];
	bool good = model_good(m, why);

	json_object_set_new(o, "accel", json_from_text(m->accel));
	json_object_set_new(o, "good", json_boolean(good));
	json_object_set_new(o, "why", good ? json_null() : json_string(why));
	json_object_set_new(o, "held_out",
			    json_from_number((double)m->held_out));
	json_object_set_new(o, "error_median",
			    json_from_number(m->error_median));
	json_object_set_new(o, "error_max", json_from_number(m->error_max));
	json_object_set_new(o, "costs", costs_json(&m->costs));
	for (size_t i = 0; i < m->row_count; i++)
		json_array_append_new(rows, row_json(m, &m->rows[i], other));
	json_object_set_new(o, "rows", rows);
	return o;
}

static json_t *anchors_json(const struct models *m)
{
	struct anchor anchors[ANCHOR_COUNT];
	json_t *list = json_array();

	anchors_make(anchors, m);
	for (size_t i = 0; i < ANCHOR_COUNT; i++) {
		const struct anchor *a = &anchors[i];
		json_t *o = json_object();

		json_object_set_new(o, "name", json_string(a->name));
		json_object_set_new(o, "what", json_string(a->what));
		json_object_set_new(o, "source", json_string(a->source));
		json_object_set_new(o, "unit",
				    json_string(a->rate ? "bytes/s" : "ns"));
		json_object_set_new(o, "documented",
				    json_from_number(a->documented));
		json_object_set_new(o, "model", json_from_number(a->modelled));
		json_object_set_new(o, "error", json_from_number(a->error));
		json_object_set_new(o, "why", json_string(a->why));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *predict_json(const struct models *m, const struct results *r,
		     const struct costs_file *other)
{
	json_t *o = json_object(), *models = json_array();

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "run", json_from_text(r->run.id));
	for (size_t i = 0; i < m->count; i++)
		json_array_append_new(models, model_json(&m->items[i], other));
	json_object_set_new(o, "models", models);
	json_object_set_new(o, "anchors", anchors_json(m));
	return o;
}
