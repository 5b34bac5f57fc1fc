/* SPDX-License-Identifier: MIT */
#include "bench/cli/replay_chart.h"

#include <stdio.h>

#define BEFORE 4 /* packets ahead of the first fault */

bool replay_chart_show(const struct chart *c, bool quiet, const char *svg,
		       uint64_t rows, struct err *err)
{
	const struct chart_window w = { .before = BEFORE, .rows = rows };
	FILE *out;
	bool bad;

	if (!quiet)
		chart_print(stdout, c, &w);
	if (!svg)
		return true;
	out = fopen(svg, "we");
	if (!out)
		return err_sys(err, ERR_HOST, "cannot write '%s'", svg);
	chart_svg(out, c, &w);
	bad = ferror(out) != 0;
	if (fclose(out) == 0 && !bad)
		return true;
	return err_sys(err, ERR_HOST, "cannot write '%s'", svg);
}
