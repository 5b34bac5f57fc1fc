/* SPDX-License-Identifier: MIT */
/* What 'kdbench predict' prints. */
#ifndef CLI_PREDICT_TEXT_H
#define CLI_PREDICT_TEXT_H

#include "bench/predict/costs_file.h"
#include "bench/predict/model.h"

/*
 * One model: its cells, its costs, its error. 'other' is a machine for which
 * each cell is predicted too, or NULL.
 */
void predict_text_model(const struct model *m, const struct costs_file *other);

/* What others have measured, beside what the models make of it. */
void predict_text_anchors(const struct models *m);

#endif
