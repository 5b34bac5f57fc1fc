/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a scenario, or, behind "!c\n", as a bench.yaml. A refusal says
 * what is wrong and where; what is accepted has cells, each with its own id,
 * and is the same when it is read again. Seeds: scenarios/ and tests/cli/.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char small[] = "name: small\n"
			    "session: [connect]\n"
			    "matrix: { transport: [uart, ring, sim] }\n";

static void check_refusal(const struct plan *plan, const struct err *err,
			  const char *text)
{
	unsigned lines = 2;

	for (; *text; text++)
		lines += *text == '\n';
	assert(err->kind != ERR_NONE);
	assert(*err->text);
	assert(err->where.line <= lines);
	assert(!plan->arena.blocks && !plan->scenario_count);
}

static void check_cells(const struct plan *plan, const struct plan *again)
{
	const struct scenario *s = plan->scenarios;

	assert(s->cell_count > 0);
	assert(again->scenarios->cell_count == s->cell_count);
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell *cell = &s->cells[i];

		assert(strlen(cell->id) == 16 && *cell->label);
		assert(cell->step_count > 0 && cell->expected_verdicts);
		assert(!strcmp(cell->id, again->scenarios->cells[i].id));
		for (size_t k = 0; k < i; k++)
			assert(strcmp(cell->id, s->cells[k].id));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct plan_input input = { 0 };
	bool is_config = size >= 3 && !memcmp(data, "!c\n", 3);
	size_t skip = is_config ? 3 : 0;
	struct plan_text config = { "bench.yaml", NULL, 0 };
	struct plan_text scenario = { "small.yaml", small, strlen(small) };
	struct plan_text *fuzzed = is_config ? &config : &scenario;
	struct plan plan, again;
	struct err err = { 0 };
	char *text = malloc(size - skip + 1);

	memcpy(text, data + skip, size - skip);
	text[size - skip] = '\0';
	*fuzzed = (struct plan_text){ "fuzz.yaml", text, size - skip };
	if (plan_load_text(&plan, is_config ? &config : NULL, &scenario, &input,
			   &err)) {
		struct err none = { 0 };

		assert(plan_load_text(&again, is_config ? &config : NULL,
				      &scenario, &input, &none));
		check_cells(&plan, &again);
		plan_release(&again);
	} else {
		check_refusal(&plan, &err, text);
	}
	plan_release(&plan);
	free(text);
	return 0;
}
