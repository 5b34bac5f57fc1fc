/* SPDX-License-Identifier: MIT */
/* What 'kdbench predict' found, as JSON: PREDICT_FILE in the run directory. */
#ifndef PREDICT_SAVE_H
#define PREDICT_SAVE_H

#include <jansson.h>

#include "bench/predict/costs_file.h"
#include "bench/predict/model.h"

#define PREDICT_FILE "predict.json"

/*
 * {"schema", "run", "models": [...], "anchors_by", "anchors": [...]}, as
 * docs/model.md tells. 'other' is another machine, or NULL. The caller owns it.
 */
json_t *predict_json(const struct models *m, const struct results *r,
		     const struct costs_file *other);

#endif
