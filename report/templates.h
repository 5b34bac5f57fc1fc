/* SPDX-License-Identifier: MIT */
#ifndef REPORT_TEMPLATES_H
#define REPORT_TEMPLATES_H

/*
 * The text of report/plots/<name>.gp, or of report/page.css, as it was when
 * this was built. NULL for other names.
 */
const char *template_text(const char *name);

#endif
