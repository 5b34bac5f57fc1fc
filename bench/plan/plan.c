/* SPDX-License-Identifier: MIT */
#include "bench/plan/plan.h"

#include <string.h>
#include <strings.h>

#include "bench/plan/build.h"
#include "bench/plan/override.h"
#include "bench/plan/yaml.h"

static bool read_scenario(struct builder *b, const struct yaml_text *text,
			  struct scenario *to)
{
	struct scenario_source source;

	to->path = text->path;
	to->text = text->text;
	if (!scenario_read(&source, text, &b->plan->arena, b->err))
		return false;
	for (size_t i = 0; i < b->plan->scenario_count; i++) {
		const struct scenario *other = &b->plan->scenarios[i];

		if (strcmp(other->name, source.name) == 0)
			return err_at(b->err, source.name_where,
				      "'%s' is also the name of '%s'",
				      source.name, other->path);
	}
	if (!build_scenario(b, &source, to))
		return false;
	b->plan->scenario_count++;
	return true;
}

static bool load_files(struct builder *b)
{
	const struct plan_input *in = b->input;
	struct plan *plan = b->plan;

	if (!config_load(&b->config, in->config_path, &plan->arena, b->err) ||
	    !overrides_read(&b->overrides, in, &plan->arena, b->err) ||
	    !build_run(b))
		return false;
	plan->scenarios =
		arena_alloc(&plan->arena, (in->scenario_count + 1) *
						  sizeof(*plan->scenarios));
	for (size_t i = 0; i < in->scenario_count; i++) {
		struct yaml_text text;

		if (!yaml_read(&text, in->scenarios[i], &plan->arena, b->err)) {
			if (!*b->err->hint)
				err_hint(b->err, "'kdbench list scenarios' "
						 "shows those that there are");
			return false;
		}
		if (!read_scenario(b, &text, &plan->scenarios[i]))
			return false;
	}
	if (in->text) {
		struct yaml_text text = { in->text->path, in->text->text,
					  in->text->len };

		if (!read_scenario(b, &text,
				   &plan->scenarios[in->scenario_count]))
			return false;
	}
	return overrides_check(&b->overrides, b->variables, b->variable_count,
			       b->err);
}

static bool load_texts(struct builder *b, const struct plan_text *config,
		       const struct plan_text *scenarios, size_t count)
{
	struct plan *plan = b->plan;

	config_init(&b->config, &plan->arena);
	if (config) {
		struct yaml_text file = { config->path, config->text,
					  config->len };

		if (!config_read(&b->config, &file, &plan->arena, b->err))
			return false;
	}
	plan->scenarios = arena_alloc(&plan->arena,
				      (count + 1) * sizeof(*plan->scenarios));
	if (!overrides_read(&b->overrides, b->input, &plan->arena, b->err) ||
	    !build_run(b))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct yaml_text text = { scenarios[i].path, scenarios[i].text,
					  scenarios[i].len };

		if (!read_scenario(b, &text, &plan->scenarios[i]))
			return false;
	}
	return overrides_check(&b->overrides, b->variables, b->variable_count,
			       b->err);
}

bool plan_load(struct plan *plan, const struct plan_input *input,
	       struct err *err)
{
	struct builder b = { .plan = plan, .input = input, .err = err };

	*plan = (struct plan){ 0 };
	if (load_files(&b))
		return true;
	plan_release(plan);
	return false;
}

bool plan_load_texts(struct plan *plan, const struct plan_text *config,
		     const struct plan_text *scenarios, size_t count,
		     const struct plan_input *input, struct err *err)
{
	struct builder b = { .plan = plan, .input = input, .err = err };

	*plan = (struct plan){ 0 };
	if (load_texts(&b, config, scenarios, count))
		return true;
	plan_release(plan);
	return false;
}

bool plan_load_text(struct plan *plan, const struct plan_text *config,
		    const struct plan_text *scenario,
		    const struct plan_input *input, struct err *err)
{
	return plan_load_texts(plan, config, scenario, 1, input, err);
}

bool plan_selects(const struct cell *cell, const char *only)
{
	return !only || strncmp(cell->id, only, strlen(only)) == 0 ||
	       (cell->case_name && strcasecmp(cell->case_name, only) == 0);
}

void plan_release(struct plan *plan)
{
	arena_release(&plan->arena);
	*plan = (struct plan){ 0 };
}
