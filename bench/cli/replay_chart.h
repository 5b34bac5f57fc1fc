/* SPDX-License-Identifier: MIT */
/* The chart of a replay: on the terminal, and as a picture in a file. */
#ifndef CLI_REPLAY_CHART_H
#define CLI_REPLAY_CHART_H

#include "bench/explore/chart.h"

/*
 * Print it unless 'quiet', and write it to 'svg' unless that is NULL; 'rows' is
 * how many packets it shows at most, 0: all.
 */
bool replay_chart_show(const struct chart *c, bool quiet, const char *svg,
		       uint64_t rows, struct err *err);

#endif
