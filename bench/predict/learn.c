/* SPDX-License-Identifier: MIT */
/* What the steps 'calibrate' of a run say of the machine. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/predict/observe.h"
#include "bench/result/stats.h"

/* What calibrations of this accelerator, and of 'path' (PATH_COUNT: of any),
 * say of a primitive: the median. */
static double calibrated(const struct results *r, const struct model *m,
			 enum path only, const char *primitive, double *room)
{
	size_t n = 0;

	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *t = &r->trials[i];
		enum path path;

		if (!observe_good(t) || !observe_path(t, &path) ||
		    (only != PATH_COUNT && path != only) ||
		    strcmp(observe_accel(t), m->accel) != 0)
			continue;
		for (size_t k = 0; k < t->step_count; k++) {
			double ns =
				result_counter(&t->steps[k].costs, primitive);

			if (isfinite(ns) && n < r->trial_count)
				room[n++] = ns;
		}
	}
	stats_sort(room, n);
	return stats_median(room, n);
}

void models_learn(struct model *m, const struct results *r)
{
	double *room = mem_array(r->trial_count, sizeof(*room));

	cost_set_clear(&m->costs);
	for (size_t c = 0; c < COST_CALIBRATED_COUNT; c++) {
		const struct cost_type *type = &cost_types[c];

		for (size_t p = 0; p < PATH_COUNT; p++)
			m->costs.of[p][c] = calibrated(r, m, (enum path)p,
						       type->calibrated, room) /
					    type->pieces;
		m->costs.any[c] =
			calibrated(r, m, PATH_COUNT, type->calibrated, room) /
			type->pieces;
	}
	free(room);
	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *t = &r->trials[i];

		if (!observe_good(t) || strcmp(observe_accel(t), m->accel) != 0)
			continue;
		for (size_t k = 0; k < t->step_count; k++)
			m->calibrations += t->steps[k].costs.count > 0;
	}
}
