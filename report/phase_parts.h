/* SPDX-License-Identifier: MIT */
/* Shared by the files that draw a phase diagram; of no interest to others. */
#ifndef REPORT_PHASE_PARTS_H
#define REPORT_PHASE_PARTS_H

#include "report/phase_map.h"
#include "report/plot.h"

/* Pixels. */
#define PHASE_LEFT 84
#define PHASE_RIGHT 790
#define PHASE_TOP 96
#define PHASE_BOTTOM 656

/* Where values are on the page. */
struct phase_frame {
	double x_low, x_high, y_low, y_high;
	struct plot_box box;
};

/* A dot, and its number beside it: pixels. */
struct phase_bubble {
	double dot_x, dot_y, x, y;
};

double phase_x(const struct phase_frame *f, double cost);
double phase_y(const struct phase_frame *f, double delay);
/* 0xrrggbb of an end. */
unsigned phase_colour(const struct phase_map *m, unsigned end, bool rare);

bool phase_inside(const struct phase_frame *f, double cost, double delay);

/* How high the page must be for all the words. */
unsigned phase_words_height(const struct phase_map *m);

/* The legend, the names of lines, and the caption. */
void phase_words(const struct phase_map *m, const struct phase_frame *f,
		 struct plot *p);

#endif
