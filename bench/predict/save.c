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

/* What a piece costs on each path; those that go together with others. */
static json_t *term_json(const struct model *m, enum cost cost)
{
	json_t *o = json_object(), *ns = json_object(), *merged = json_array();

	for (size_t p = 0; p < PATH_COUNT; p++) {
		double each = model_cost(m, (enum path)p, cost);

		if (m->paths[p].merged[cost])
			json_array_append_new(
				merged, json_string(path_name((enum path)p)));
		else if (!isnan(each))
			json_object_set_new(ns, path_name((enum path)p),
					    json_from_number(each));
	}
	json_object_set_new(o, "name", json_string(cost_types[cost].name));
	json_object_set_new(o, "about", json_string(cost_types[cost].about));
	json_object_set_new(o, "from",
			    json_string(cost < COST_CALIBRATED_COUNT
						? "calibrated"
						: "fitted"));
	json_object_set_new(o, "ns", ns);
	json_object_set_new(o, "merged", merged);
	return o;
}

/* Those that play a part on any path. */
static json_t *terms_json(const struct model *m)
{
	json_t *list = json_array();

	for (size_t c = 0; c < COST_COUNT; c++) {
		json_t *term = term_json(m, (enum cost)c);

		if (json_object_size(json_object_get(term, "ns")) ||
		    json_array_size(json_object_get(term, "merged")))
			json_array_append(list, term);
		json_decref(term);
	}
	return list;
}

/* The paths whose costs could not be fitted. */
static json_t *unfitted_json(const struct model *m)
{
	json_t *list = json_array();

	for (size_t p = 0; p < PATH_COUNT; p++) {
		json_t *o;

		if (!*m->paths[p].trouble)
			continue;
		o = json_object();
		json_object_set_new(o, "path",
				    json_string(path_name((enum path)p)));
		json_object_set_new(o, "why",
				    json_from_text(m->paths[p].trouble));
		json_array_append_new(list, o);
	}
	return list;
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
	json_object_set_new(o, "terms", terms_json(m));
	json_object_set_new(o, "unfitted", unfitted_json(m));
	json_object_set_new(o, "costs", costs_json(&m->costs));
	for (size_t i = 0; i < m->row_count; i++)
		json_array_append_new(rows, row_json(m, &m->rows[i], other));
	json_object_set_new(o, "rows", rows);
	return o;
}

static json_t *anchors_json(const struct anchor anchors[ANCHOR_COUNT])
{
	json_t *list = json_array();

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
	struct anchor anchors[ANCHOR_COUNT];
	const struct model *by = anchors_make(anchors, m);

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "run", json_from_text(r->run.id));
	for (size_t i = 0; i < m->count; i++)
		json_array_append_new(models, model_json(&m->items[i], other));
	json_object_set_new(o, "models", models);
	json_object_set_new(o, "anchors_by",
			    json_from_text(by ? by->accel : NULL));
	json_object_set_new(o, "anchors", anchors_json(anchors));
	return o;
}
