/* SPDX-License-Identifier: MIT */
#include "tests/support/plans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct plan plans_plan;
struct err plans_err;
bool (*plans_accel)(enum accel_choice choice, const struct qemu_config *qemu,
		    enum accel *accel, char why[160], struct err *err);

bool plans_load(const char *config, const char *scenario, const char *set)
{
	const struct plan_text texts[] = {
		{ "bench.yaml", config, config ? strlen(config) : 0 },
		{ "x.yaml", scenario, strlen(scenario) },
	};
	static char key[64];
	struct override o = { .key = key };
	struct plan_input input = { .overrides = &o,
				    .override_count = set ? 1 : 0,
				    .resolve_accel = plans_accel != NULL,
				    .accel = plans_accel };

	if (set) {
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(set, "="), set);
		o.value = strchr(set, '=') + 1;
		o.written = set;
	}
	plan_release(&plans_plan);
	plans_err = (struct err){ 0 };
	return plan_load_text(&plans_plan, config ? &texts[0] : NULL, &texts[1],
			      &input, &plans_err);
}

const struct scenario *plans_loaded(const char *config, const char *scenario,
				    const char *set)
{
	if (!plans_load(config, scenario, set))
		fail_msg("%s:%u:%u: %s", plans_err.where.file,
			 plans_err.where.line, plans_err.where.col,
			 plans_err.text);
	return plans_plan.scenarios;
}

const struct param *plans_param(const struct cell *cell, const char *key)
{
	for (size_t i = 0; i < cell->param_count; i++) {
		if (strcmp(cell->params[i].key, key) == 0)
			return &cell->params[i];
	}
	return NULL;
}

int plans_release(void **state)
{
	(void)state;
	plan_release(&plans_plan);
	return 0;
}
