/* SPDX-License-Identifier: MIT */
#include "bench/plan/trials.h"

#include <string.h>

#include "bench/base/units.h"

static const struct group *group_of(const char *name)
{
	const struct group *g = groups;

	while (strcmp(g->name, name) != 0)
		g++;
	return g;
}

static bool wrong(const struct resolver *r, const char *key, const char *what,
		  const char *hint)
{
	static const struct err_where nowhere;
	bool axis;
	const struct value *v = resolve_find(r, key, &axis);

	err_at(r->err, v ? v->where : nowhere, "'%s' %s", key, what);
	return err_hint(r->err, "%s", hint);
}

/* "ci < 3%" */
static bool read_until(double *until_ci, const char *text)
{
	double ci;

	if (strncmp(text, "ci", 2) != 0)
		return false;
	text += 2 + strspn(text + 2, " ");
	if (*text != '<')
		return false;
	text += 1 + strspn(text + 1, " ");
	if (units_read_number(text, &ci) != UNITS_OK || !(ci > 0 && ci < 1))
		return false;
	*until_ci = ci;
	return true;
}

/* 'max' is what 'min' says. */
static void follow(struct params *params)
{
	const struct param *min = NULL;

	for (size_t i = 0; i < params->count; i++) {
		struct param *p = &params->items[i];

		if (strcmp(p->key, "trials.min") == 0)
			min = p;
		if (min && strcmp(p->key, "trials.max") == 0)
			p->value = min->value;
	}
}

bool trials_resolve(struct trials_config *trials, struct resolver *r)
{
	struct trials_draft draft = { 0 };
	bool axis;

	if (!resolve_group(r, group_of("trials"), &draft))
		return false;
	*trials = (struct trials_config){ .min = draft.min,
					  .max = draft.max,
					  .warmup = draft.warmup };
	if (resolve_find(r, "trials.min", &axis) &&
	    !resolve_find(r, "trials.max", &axis)) {
		trials->max = trials->min;
		follow(&r->params);
	}
	if (draft.until && *draft.until &&
	    !read_until(&trials->until_ci, draft.until))
		return wrong(r, "trials.until", "is not understood",
			     "write until: \"ci < 3%\"");
	if (trials->max < trials->min)
		return wrong(r, "trials.max", "is less than 'trials.min'",
			     "write trials: { min: 5, max: 30, until: \"ci < "
			     "3%\" }, or trials: 5");
	if (trials->max > trials->min && trials->until_ci == 0)
		return wrong(r, "trials.max", "needs 'trials.until'",
			     "write until: \"ci < 3%\"");
	return true;
}

bool interference_resolve(struct interference_config *interference,
			  struct resolver *r)
{
	return resolve_group(r, group_of("interference"), interference);
}
