/* SPDX-License-Identifier: MIT */
/* One run in a report, with all that is known about it. */
#ifndef REPORT_PART_H
#define REPORT_PART_H

#include "report/pictures.h"
#include "report/summary.h"

struct report_part {
	struct results results;
	struct prediction prediction;
	struct summary summary;
	struct pictures pictures;
	const char *label; /* "" for the only run, else "run 2" */
};

/* Several runs; each keeps its own cells and pictures. */
struct report_parts {
	struct report_part *rows;
	size_t count;
	const char *warning; /* why there are no pictures; "" if there are */
};

#endif
