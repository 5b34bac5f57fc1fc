/* SPDX-License-Identifier: MIT */
#include "bench/plan/catalogue.h"

#include <string.h>

extern const char catalogue_text[];
extern const char catalogue_text_end[];

struct plan_text catalogue_file(void)
{
	return (struct plan_text){
		.path = CATALOGUE_PATH,
		.text = catalogue_text,
		.len = (size_t)((uintptr_t)catalogue_text_end -
				(uintptr_t)catalogue_text),
	};
}

bool catalogue_load(struct plan *plan, struct err *err)
{
	const struct plan_text text = catalogue_file();
	const struct plan_input input = { 0 };

	return plan_load_text(plan, NULL, &text, &input, err);
}

static bool has(const struct cell *cell, const char *key, const char *value)
{
	for (size_t i = 0; i < cell->param_count; i++) {
		if (strcmp(cell->params[i].key, key) == 0)
			return strcmp(cell->params[i].value, value) == 0;
	}
	return false;
}

unsigned catalogue_expects(const struct plan *plan, const char *name,
			   const char *target, const char *debugger)
{
	const struct scenario *s = &plan->scenarios[0];

	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell *cell = &s->cells[i];

		if (strcmp(cell->case_name, name) == 0 &&
		    has(cell, "target.profile", target) &&
		    has(cell, "debugger.profile", debugger))
			return cell->expected_verdicts;
	}
	return 0;
}
