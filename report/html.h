/* SPDX-License-Identifier: MIT */
/*
 * The report as one page that needs nothing else: no script, no link to load,
 * pictures inside. All text from results is escaped; a policy in its head
 * forbids a browser to run or fetch anything even if that failed.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "report/part.h"
#include "report/sheets.h"

/* Write the page; whether it could be written shows when 'out' is closed. */
void html_page(FILE *out, struct report_parts *parts);

/* The section of one scenario; 'id' is what links to it say. */
void html_scenario(FILE *out, struct report_part *part,
		   const struct scenario_summary *scenario, const char *id);

/* Sections of a run: time to prompt, transports at a glance, the ladder, the
 * cost model. */
void html_prompt(FILE *out, struct report_part *part, size_t index);
void html_glance(FILE *out, struct report_part *part, size_t index);
void html_ladder(FILE *out, struct report_part *part, size_t index);
void html_model(FILE *out, struct report_part *part, size_t index);

/* All of some sheets; all pictures of a scenario, or of a part of the run. */
void html_sheets(FILE *out, const struct sheets *sheets);
void html_pictures(FILE *out, const struct pictures *ps,
		   const struct scenario_summary *scenario,
		   enum pictures_of of);

/* <tag>text</tag>, the text escaped; NULL is "-". */
void html_tag(FILE *out, const char *tag, const char *text);

#endif
