/* SPDX-License-Identifier: MIT */
#include "report/sheets.h"

#include "report/beside.h"
#include "report/costs.h"
#include "report/limits.h"
#include "report/model.h"
#include "report/outcomes.h"
#include "report/overview.h"
#include "report/prompt_sheet.h"
#include "report/search.h"
#include "report/split.h"
#include "report/sweep.h"

/* Room for this many. */
static struct sheets room_for(struct summary *s, size_t count)
{
	return (struct sheets){
		.rows = arena_alloc(&s->arena, count * sizeof(struct sheet)),
	};
}

static void add_sweeps(struct sheets *sheets, struct summary *s,
		       const struct scenario_summary *scenario,
		       const char **steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sweeps sweeps =
			sweep_find(&s->arena, scenario, steps[i]);

		if (!sweeps.count)
			continue;
		sweep_brief(&sheets->rows[sheets->count++], &s->arena, scenario,
			    &sweeps);
		sweep_all(&sheets->rows[sheets->count++], &s->arena, scenario,
			  &sweeps);
	}
}

struct sheets sheets_of_scenario(struct summary *s,
				 const struct scenario_summary *scenario)
{
	const char **steps;
	size_t count = sweep_steps(&s->arena, scenario, &steps);
	struct sheets sheets = room_for(s, 5 + 2 * count);

	sheets.count += search_sheet(&sheets.rows[sheets.count], s, scenario);
	sheets.count += outcomes_make(&sheets.rows[sheets.count], s, scenario);
	sheets.count += split_make(&sheets.rows[sheets.count], s, scenario);
	add_sweeps(&sheets, s, scenario, steps, count);
	sheets.count += beside_make(&sheets.rows[sheets.count], s, scenario);
	sheets.count += costs_make(&sheets.rows[sheets.count], s, scenario);
	return sheets;
}

struct sheets sheets_at_a_glance(struct summary *s)
{
	struct sheets sheets = room_for(s, s->scenario_count);

	for (size_t i = 0; i < s->scenario_count; i++)
		sheets.count += overview_make(&sheets.rows[sheets.count], s,
					      &s->scenarios[i]);
	return sheets;
}

struct sheets sheets_of_prompt(struct summary *s, bool terminal)
{
	struct sheets sheets = { 0 };
	struct prompt prompt;

	if (!prompt_make(&prompt, s))
		return sheets;
	sheets = room_for(s, PROMPT_SHEETS);
	sheets.count = prompt_sheets(sheets.rows, &s->arena, &prompt, terminal);
	return sheets;
}

struct sheets sheets_of_limits(struct summary *s)
{
	struct ladders ladders = limits_make(s);
	struct sheets sheets = room_for(s, ladders.count);

	for (size_t i = 0; i < ladders.count; i++)
		limits_sheet(&sheets.rows[sheets.count++], &s->arena,
			     &ladders.rows[i]);
	return sheets;
}

struct sheets sheets_of_model(struct summary *s)
{
	const struct prediction *p = s->prediction;
	struct sheets sheets = { 0 };

	if (!p)
		return sheets;
	sheets = room_for(s, model_sheet_count(p));
	sheets.count = model_sheets(sheets.rows, s, p);
	return sheets;
}
