/* SPDX-License-Identifier: MIT */
/* Time to prompt on another machine: the table's counts at that one's costs. */
#ifndef CLI_PREDICT_PROMPT_H
#define CLI_PREDICT_PROMPT_H

#include <jansson.h>

#include "bench/predict/costs_file.h"
#include "bench/predict/model.h"

/*
 * Print the table of run 'r' as 'other' would have it, or nothing if the run
 * has none: what is counted times what it costs there, and the thinking, which
 * is the same everywhere. Without 'other' only how far the models are off here.
 */
void predict_prompt_text(const struct models *m, const struct results *r,
			 const struct costs_file *other);

/*
 * The same as a list of cells: accel, transport, think, what, operations,
 * thought_ns, measured_ns, model_ns, there_ns. The caller owns it.
 */
json_t *predict_prompt_json(const struct models *m, const struct results *r,
			    const struct costs_file *other);

#endif
