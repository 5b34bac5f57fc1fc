/* SPDX-License-Identifier: MIT */
/* The cost model of a run as a file in its directory, for the report. */
#ifndef CLI_PREDICT_WRITE_H
#define CLI_PREDICT_WRITE_H

#include "bench/base/err.h"
#include "bench/predict/save.h"

/* predict_json(), and under "time_to_prompt" that table; the caller owns it. */
json_t *predict_all_json(const struct models *m, const struct results *r,
			 const struct costs_file *other);

/*
 * Write PREDICT_FILE into 'dir', which may be of an unknown hand: no link that
 * lies there is followed. 'other' is another machine, or NULL.
 */
bool predict_write(const struct models *m, const struct results *r,
		   const struct costs_file *other, const char *dir,
		   struct err *err);

/*
 * The same for the run in 'dir' if it calibrated a machine; if not, nothing is
 * written, and that is no failure. A model that is not to be used is written
 * with the reason.
 */
bool predict_write_run(const char *dir, struct err *err);

#endif
