/* SPDX-License-Identifier: MIT */
/*
 * A picture for gnuplot: a script and its data. The script is put together
 * from the templates in report/plots, one for each kind of panel; what a
 * template needs to know is set as variables before it.
 *
 * Text from results reaches gnuplot only as data or single-quoted, and is
 * drawn with 'noenhanced'.
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/base/err.h"
#include "report/number.h"

/* Pixels of common parts, and what a character is taken to be wide. */
#define PLOT_WIDTH 1100
#define PLOT_HEADER 62
#define PLOT_CHAR 7.4

/* Styles of lines and markers that can be told apart without colour. */
#define PLOT_STYLES 12

/* One axis of a panel. */
struct plot_axis {
	const char *title; /* ours, not from results; NULL: none */
	enum quantity kind;
	double min, max; /* of the axis, both > 0 if 'log' */
	double last;     /* no ticks above this; 0: up to 'max' */
	bool log;
};

/* Where a panel is, in pixels from the left and from the top. */
struct plot_box {
	double left, right, top, bottom;
};

/* A picture in the making; zeroed: nothing begun. */
struct plot {
	char *title;
	FILE *body;
	char *body_text;
	size_t body_size;
	FILE *data;
	char *data_text;
	size_t data_size;
	size_t blocks; /* of data so far */
	unsigned width, height;
	struct plot_box box; /* of the panel at hand */
};

/* Begin a picture of this size, in pixels, with two lines of heading. */
void plot_begin(struct plot *p, unsigned width, unsigned height,
		const char *title, const char *subtitle);

/* Begin a block of data, and return its index. Rows: plot_number, plot_text. */
size_t plot_block(struct plot *p);
void plot_number(struct plot *p, double value); /* NAN: a gap */
void plot_text(struct plot *p, const char *text);
/* Like plot_text(), with an ellipsis for what is beyond 'columns'. */
void plot_text_cut(struct plot *p, const char *text, size_t columns);
void plot_row_end(struct plot *p);

/* Variables for the next template. Names are ours; text is cut to 'columns'. */
void plot_set(struct plot *p, const char *name, double value);
void plot_set_text(struct plot *p, const char *name, const char *text,
		   size_t columns);

/* Place the next panel, and its axes: x_min, x_title, ticks and so on. */
void plot_place(struct plot *p, struct plot_box box);
void plot_axes(struct plot *p, const struct plot_axis *x,
	       const struct plot_axis *y);

/*
 * Ticks on a logarithmic axis 'name' of nanoseconds at what people call times:
 * 1 ms, 1 s, 1 min, 1 h, as many as have room. After plot_axes().
 */
void plot_time_ticks(struct plot *p, char name, const struct plot_axis *axis);

/*
 * Texts at 1, 2, ... 'count' of the axis 'name' ('x' or 'y') of the panel;
 * 'bare': only the ticks, because a panel below has the texts.
 */
void plot_ticks(struct plot *p, char name, const char **texts, size_t count,
		bool bare);

/* Put the template called 'name' here. */
void plot_template(struct plot *p, const char *name);

/*
 * Write <dir>/plots/<name>.gp and .dat, and have 'gnuplot' make
 * <dir>/<name>.svg and .png of them. 'name' is ours: [a-z0-9-]. Fails with
 * ERR_HOST if files cannot be written, or if gnuplot is missing, fails or takes
 * over a minute.
 */
bool plot_finish(struct plot *p, const char *dir, const char *name,
		 const char *gnuplot, struct err *err);
void plot_release(struct plot *p);

/*
 * An axis over values from 'low' to 'high' that leaves 'room' (0 to 0.9) of its
 * length free behind the highest, for text. Logarithmic ones begin and, if
 * there is no room to leave, end at powers of ten.
 */
struct plot_axis plot_axis_over(const char *title, enum quantity kind, bool log,
				double low, double high, double room);

/*
 * 'text' in single quotes, with an ellipsis for what is beyond 'columns'. The
 * middle goes: names that are alike often differ at their end.
 */
void plot_cut(FILE *out, const char *text, size_t columns);

/* How wide a text will be, in pixels. */
double plot_text_width(const char *text);

#endif
