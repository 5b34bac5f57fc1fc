/* SPDX-License-Identifier: MIT */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include <stdio.h>

#include "report/part.h"

/* The report as Markdown, with the pictures as files beside it. */
void markdown_page(FILE *out, struct report_parts *parts);

#endif
