/* SPDX-License-Identifier: MIT */
/* Templates and style sheet, carried in the program so that it needs no files.
 */
#include "report/templates.h"

#include <stddef.h>
#include <string.h>

#include "bench/base/mem.h"

/* A file as a string, with a NUL behind it; the path is from the top. */
#define EMBED(name, path)                \
	__asm__(".pushsection .rodata\n" \
		"template_" #name ":\n"  \
		".incbin \"" path "\"\n" \
		".byte 0\n"              \
		".popsection\n");        \
	extern const char template_##name[]
EMBED(page, "report/plots/page.gp");
EMBED(rows, "report/plots/rows.gp");
EMBED(bars, "report/plots/bars.gp");
EMBED(ladder, "report/plots/ladder.gp");
EMBED(shares, "report/plots/shares.gp");
EMBED(legend, "report/plots/legend.gp");
EMBED(effect, "report/plots/effect.gp");
EMBED(curve, "report/plots/curve.gp");
EMBED(limits, "report/plots/limits.gp");
EMBED(split, "report/plots/split.gp");
EMBED(sweep, "report/plots/sweep.gp");
EMBED(prompt, "report/plots/prompt.gp");
EMBED(survival, "report/plots/survival.gp");
EMBED(phase, "report/plots/phase.gp");
EMBED(phase_text, "report/plots/phase-text.gp");
EMBED(css, "report/page.css");

static const struct {
	const char *name;
	const char *text;
} templates[] = {
	{ "page", template_page },
	{ "rows", template_rows },
	{ "bars", template_bars },
	{ "ladder", template_ladder },
	{ "shares", template_shares },
	{ "legend", template_legend },
	{ "effect", template_effect },
	{ "curve", template_curve },
	{ "limits", template_limits },
	{ "split", template_split },
	{ "sweep", template_sweep },
	{ "prompt", template_prompt },
	{ "survival", template_survival },
	{ "phase", template_phase },
	{ "phase-text", template_phase_text },
	{ "page.css", template_css },
};

const char *template_text(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(templates); i++)
		if (strcmp(templates[i].name, name) == 0)
			return templates[i].text;
	return NULL;
}
