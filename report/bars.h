/* SPDX-License-Identifier: MIT */
/* A panel of bars beside rows: one number, its interval, and a text. */
#ifndef REPORT_BARS_H
#define REPORT_BARS_H

#include "report/rows.h"

struct bars {
	enum metric metric;
	const char *title; /* of the axis */
	bool log;
	bool ratio;    /* write how many times the base it is */
	bool unitless; /* the title says per what; the numbers do without */
	double weight; /* share of the width */
};

/* Draw panels beside the rows; those with hardly any value are left out. */
void bars_draw(struct arena *arena, const struct rows *rows,
	       const struct scenario_summary *s, struct plot *p,
	       const struct bars *panels, size_t count);

/* The numbers of a row: its step's, or the whole trial's. */
const struct spread *bars_spread(const struct row *row, enum metric metric);

/* Its median as a multiple of its base's; NAN if it is the base or unknown. */
double bars_ratio(const struct scenario_summary *s, const struct row *row,
		  enum metric metric);

/*
 * The same as text: "37,400×", "1/118". If the interval of the ratio holds 1,
 * so that chance may make the difference: "≈1×" for medians that are nearly
 * alike, else "500×?". NULL if there is no ratio.
 */
const char *bars_ratio_text(struct arena *arena,
			    const struct scenario_summary *s,
			    const struct row *row, enum metric metric);

/*
 * The same of any two spreads: own / base. NULL if one of them is not known or
 * if they are the same one.
 */
const char *bars_ratio_of(struct arena *arena, const struct spread *own,
			  const struct spread *base);

/* What ratios refer to: "uart", or the name of the one base; NULL: none. */
const char *bars_base(const struct scenario_summary *s,
		      const struct rows *rows);

#endif
