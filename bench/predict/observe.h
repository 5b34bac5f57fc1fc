/* SPDX-License-Identifier: MIT */
/* What is taken from results: for learn.c, and for who predicts by himself. */
#ifndef PREDICT_OBSERVE_H
#define PREDICT_OBSERVE_H

#include "bench/predict/model.h"

/* The path of a trial. False: a transport of which the model knows nothing. */
bool observe_path(const struct result_trial *t, enum path *path);

/* What it ran under; "none" for a process of the host. */
const char *observe_accel(const struct result_trial *t);

/* Is it a measurement of nothing but the transport? */
bool observe_good(const struct result_trial *t);

/*
 * The counts of one operation of a step, thinking or not, of any length; its
 * label, use and trials are left out. False: nothing counted, or no path.
 */
bool observe_step(struct model_row *row, const struct result_trial *t,
		  const struct result_step *s);

/* Fill in the calibrated costs of a model. */
void models_learn(struct model *m, const struct results *r);

#endif
