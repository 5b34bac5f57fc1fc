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

/* Write the page; whether it could be written shows when 'out' is closed. */
void html_page(FILE *out, struct report_parts *parts);

/* The section of one scenario; 'id' is what links to it say. */
void html_scenario(FILE *out, struct report_part *part,
		   const struct scenario_summary *scenario, const char *id);

/* <tag>text</tag>, the text escaped; NULL is "-". */
void html_tag(FILE *out, const char *tag, const char *text);

#endif
