/* SPDX-License-Identifier: MIT */
#include "bench/plan/expectation.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/plan/matrix.h"
#include "bench/plan/steps.h"
#include "bench/plan/vector.h"

const struct expect_metric expect_metrics[] = {
	{ "throughput", UNIT_RATE, false, true,
	  "verified payload of measured steps by their time" },
	{ "latency-p50", UNIT_DURATION, false, true, "median of operations" },
	{ "latency-p90", UNIT_DURATION, false, true, "nine of ten are faster" },
	{ "latency-p99", UNIT_DURATION, false, true, "99 % are faster" },
	{ "latency-max", UNIT_DURATION, false, true, "the slowest" },
	{ "cpu-load", UNIT_COUNT, true, true,
	  "CPU time of all threads of QEMU by wall time" },
	{ "resends", UNIT_COUNT, false, false,
	  "packets and RESENDs that a healthy line does not need" },
	{ "resets", UNIT_COUNT, false, false,
	  "RESETs of the debugger after the first one" },
	{ "recovery-p50", UNIT_DURATION, false, false,
	  "from a fault to the next completed operation" },
	{ "boot", UNIT_DURATION, false, false,
	  "from the start of QEMU to the first packet" },
	{ "lines", UNIT_COUNT, false, true,
	  "of a print storm, received and correct" },
	{ "guest-load", UNIT_COUNT, true, true,
	  "time of a running guest in which it was not idle" },
	{ "saturation", UNIT_RATE, false, true,
	  "the most that a sweep got where it got less than it asked for" },
	{ 0 },
};

static const struct {
	const char *text;
	enum expect_op op;
} ops[] = {
	/* The longer ones first. */
	{ ">=", EXPECT_GE },
	{ "<=", EXPECT_LE },
	{ ">", EXPECT_GT },
	{ "<", EXPECT_LT },
};

static const struct expect_metric *find_metric(const char *name)
{
	for (const struct expect_metric *m = expect_metrics; m->name; m++) {
		if (strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

static bool unknown_metric(const struct node *key, const char *name,
			   bool per_step, struct err *err)
{
	struct nearest n = { .word = name };

	for (const struct expect_metric *m = expect_metrics; m->name; m++) {
		if (m->per_step || !per_step)
			nearest_try(&n, m->name);
	}
	if (!per_step)
		nearest_try(&n, "verdict");
	err_at(err, key->where, "nothing is measured as '%s'%s", name,
	       per_step ? " for one step" : "");
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "'kdbench list expectations' shows what is");
}

/* "steps.NAME.metric": the step must be there and be measured. */
static bool find_step_metric(const struct node *key, const struct step *steps,
			     size_t count, struct arena *arena,
			     const struct expect_metric **metric,
			     struct err *err)
{
	const char *name = key->text + strlen("steps.");
	const char *dot = strchr(name, '.');
	const struct step *step;

	if (!dot) {
		err_at(err, key->where, "'%s' names no measurement", key->text);
		return err_hint(err, "write '%s.throughput'", key->text);
	}
	name = arena_printf(arena, "%.*s", (int)(dot - name), name);
	step = steps_find(steps, count, name);
	if (!step)
		return err_at(err, key->where, "no step is called '%s'", name);
	if (!step_types[step->kind].measured)
		return err_at(err, key->where, "step '%s' is not measured",
			      name);
	*metric = find_metric(dot + 1);
	if (!*metric || !(*metric)->per_step)
		return unknown_metric(key, dot + 1, true, err);
	return true;
}

static bool read_number(const struct expect_metric *m,
			const struct scoped *value, const char *name,
			double *number, struct err *err)
{
	size_t len = strlen(value->text);
	uint64_t whole;

	if (m->percent && len && value->text[len - 1] == '%' &&
	    units_read_number(value->text, number) == UNITS_OK) {
		*number *= 100;
		return true;
	}
	if (!m->percent &&
	    units_read(m->unit, value->text, &whole) == UNITS_OK) {
		*number = (double)whole;
		return true;
	}
	err_at(err, value->where, "'%s' cannot be compared with '%s'", name,
	       value->text);
	return err_hint(err, "write %s",
			m->percent ? "a percentage such as 50%"
				   : units_example(m->unit));
}

static bool read_bound(struct expect_bound *bound, const struct node *node,
		       const char *name, const struct expect_metric *m,
		       const struct scope *scope, struct err *err)
{
	struct scoped value;
	const char *text = NULL;

	if (!scope_value(scope, node, name, &value, err))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ops) && !text; i++) {
		size_t len = strlen(ops[i].text);

		if (strncmp(value.text, ops[i].text, len) != 0)
			continue;
		bound->op = ops[i].op;
		text = value.text + len + strspn(value.text + len, " ");
	}
	if (!text) {
		err_at(err, value.where, "'%s' must be a bound, not '%s'", name,
		       value.text);
		return err_hint(err,
				"write '%s: \"> %s\"', with one of > >= < "
				"<=",
				name, value.text);
	}
	bound->metric = name;
	bound->written = node->text;
	bound->where = node->where;
	return scope_text(scope, text, value.where, &value, err) &&
	       read_number(m, &value, name, &bound->value, err);
}

/* A bound that is none: of the cells that a map is not about. */
#define ANYTHING "any"

static bool read_bounds(struct expectations *expect, const struct node *key,
			const struct node *node, const struct expect_metric *m,
			const struct scope *scope, struct err *err)
{
	struct node *const *items = node->kind == NODE_LIST ? node->items
							    : NULL;
	size_t count = items ? node->count : 1;

	if (node->kind == NODE_SCALAR && strcmp(node->text, ANYTHING) == 0)
		return true;
	for (size_t i = 0; i < count; i++) {
		expect->bounds = vector_grow(scope->arena, expect->bounds,
					     expect->count,
					     sizeof(*expect->bounds));
		if (!read_bound(&expect->bounds[expect->count],
				items ? items[i] : node, key->text, m, scope,
				err))
			return false;
		expect->count++;
	}
	return true;
}

static bool read_verdict(unsigned *verdicts, const struct node *node,
			 const struct scope *scope, struct err *err)
{
	struct nearest n;
	struct scoped value;

	if (!scope_value(scope, node, "verdict", &value, err))
		return false;
	n.word = value.text;
	n.best = NULL;
	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		if (strcmp(verdict_names[i], value.text) == 0) {
			*verdicts |= 1u << i;
			return true;
		}
		nearest_try(&n, verdict_names[i]);
	}
	err_at(err, value.where, "unknown verdict '%s'", value.text);
	return err_hint(err,
			n.best ? "did you mean '%s'?"
			       : "'kdbench list verdicts' shows them",
			n.best);
}

#define ELSE "else"

/* Is this key of the map "else", or a value of the axis? */
static bool is_value_of(const struct axis *axis, const char *text)
{
	bool found = strcmp(text, ELSE) == 0;

	for (size_t i = 0; i < axis->count && !found; i++)
		found = strcmp(axis->values[i].text, text) == 0;
	return found;
}

/* The axis whose values the keys of the map are. */
static bool find_axis(const struct node *map, const char *name,
		      const struct scope *scope, size_t *found, struct err *err)
{
	size_t most = 0, matches;
	size_t wrong = 0;

	for (size_t a = 0; a < scope->matrix->axis_count; a++) {
		for (matches = 0; matches < map->count; matches++) {
			if (!is_value_of(&scope->matrix->axes[a],
					 map->keys[matches]->text))
				break;
		}
		if (matches == map->count && map->count) {
			*found = a;
			return true;
		}
		if (matches > most) {
			most = matches;
			wrong = matches;
		}
	}
	if (!map->count)
		return err_at(err, map->where, "'%s' has no values", name);
	err_at(err, map->keys[wrong]->where,
	       "'%s' is no value of the same axis of the matrix",
	       map->keys[wrong]->text);
	return err_hint(err, "the keys are the values of one axis, or 'else'");
}

/* By the values of axes: go down to what is said of this cell. */
static bool pick(const struct node **node, const char *name,
		 const struct scope *scope, struct err *err)
{
	while ((*node)->kind == NODE_MAP) {
		const struct node *map = *node;
		const struct value *value;
		size_t axis = 0;

		if (!find_axis(map, name, scope, &axis, err))
			return false;
		value = scope->combo->values[axis];
		*node = value ? node_get(map, value->text) : NULL;
		if (!*node)
			*node = node_get(map, ELSE);
		if (*node)
			continue;
		err_at(err, map->where,
		       "'%s' says nothing of where '%s' is '%s'", name,
		       scope->matrix->axes[axis].key,
		       value ? value->text : "not written");
		return err_hint(err, "add it, or 'else: ...'");
	}
	return true;
}

static bool read_verdicts(struct expectations *expect, const struct node *node,
			  const struct scope *scope, struct err *err)
{
	expect->verdicts = 0;
	if (node->kind != NODE_LIST)
		return read_verdict(&expect->verdicts, node, scope, err);
	if (!node->count)
		return err_at(err, node->where, "'verdict' has no values");
	for (size_t i = 0; i < node->count; i++) {
		if (!read_verdict(&expect->verdicts, node->items[i], scope,
				  err))
			return false;
	}
	return true;
}

bool expectations_read(struct expectations *expect, const struct node *node,
		       const struct step *steps, size_t step_count,
		       const struct scope *scope, struct err *err)
{
	*expect = (struct expectations){
		.verdicts = 1u << VERDICT_COMPLETED | 1u << VERDICT_RECOVERED,
	};
	if (!node)
		return true;
	if (!node_is_map(node, "expect", err))
		return false;
	for (size_t i = 0; i < node->count; i++) {
		const struct node *key = node->keys[i];
		const struct node *said = node->items[i];
		const struct expect_metric *m = find_metric(key->text);

		if (!pick(&said, key->text, scope, err))
			return false;
		if (strcmp(key->text, "verdict") == 0) {
			if (!read_verdicts(expect, said, scope, err))
				return false;
			continue;
		}
		if (strncmp(key->text, "steps.", 6) == 0) {
			if (!find_step_metric(key, steps, step_count,
					      scope->arena, &m, err))
				return false;
		} else if (!m) {
			return unknown_metric(key, key->text, false, err);
		}
		if (!read_bounds(expect, key, said, m, scope, err))
			return false;
	}
	return true;
}
