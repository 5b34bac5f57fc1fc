/* SPDX-License-Identifier: MIT */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include <stdbool.h>

#include "bench/base/err.h"

/*
 * Make an SVG file of gnuplot's fit to stand in a page beside others: its ids
 * get 'name' in front, tool tips with gnuplot commands go, bold is written as
 * browsers know it, and it gets a title for those who cannot see it.
 */
bool svg_tidy(const char *dir, const char *name, const char *title,
	      struct err *err);

/* The <svg> element of a tidied file, without what is before; free() it. */
char *svg_element(const char *dir, const char *name);

#endif
