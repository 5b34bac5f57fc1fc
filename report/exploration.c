/* SPDX-License-Identifier: MIT */
#include "report/exploration.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "report/file.h"
#include "report/svg.h"

/* Kinds of faults with nothing bad are left out beyond this many. */
#define KINDS_SHOWN 6

static bool has(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);
	bool there = access(path, R_OK) == 0;

	free(path);
	return there;
}

bool exploration_is(const char *dir)
{
	return has(dir, EXPLORATION_FILE) && !has(dir, "results.jsonl");
}

/* --- reading ----------------------------------------------------------------
 */

static uint64_t count_of(const json_t *o, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(o, key));

	return value > 0 ? (uint64_t)value : 0;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "?";
}

static bool is_row(const json_t *o)
{
	if (!json_is_object(o) ||
	    !json_is_integer(json_object_get(o, "schedules")))
		return false;
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		if (!json_is_integer(json_object_get(o, survival_end_keys[e])))
			return false;
	return true;
}

static bool is_record(const json_t *o)
{
	const char *const texts[] = { "debugger", "target", "faults",
				      "scenario", "proof" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!json_is_string(json_object_get(o, texts[i])))
			return false;
	return is_row(o);
}

static void add_row(struct exploration *x, const json_t *pair,
		    const json_t *counts, const char *kind)
{
	struct survival_row *row;

	x->rows = mem_resize(x->rows, (x->matrix.count + 1) * sizeof(*x->rows));
	row = &x->rows[x->matrix.count++];
	*row = (struct survival_row){
		.scenario = text_of(pair, "scenario"),
		.debugger = text_of(pair, "debugger"),
		.target = text_of(pair, "target"),
		.faults = text_of(pair, "faults"),
		.kind = kind,
		.schedules = count_of(counts, "schedules"),
		.worst_rounds = count_of(counts, "worst_rounds"),
	};
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		row->ends[e] = count_of(counts, survival_end_keys[e]);
}

static bool is_shown(const json_t *kinds, const json_t *counts)
{
	return is_row(counts) &&
	       (json_object_size(kinds) <= KINDS_SHOWN ||
		count_of(counts, "completed") + count_of(counts, "recovered") <
			count_of(counts, "schedules"));
}

static void add_rows(struct exploration *x, const json_t *pair)
{
	json_t *kinds = json_object_get(pair, "kinds");
	const char *kind;
	json_t *counts;

	json_object_foreach(kinds, kind, counts)
	{
		if (is_shown(kinds, counts))
			add_row(x, pair, counts, kind);
	}
	add_row(x, pair, pair, "all");
}

static bool add_line(struct exploration *x, const char *line, size_t len)
{
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	bool ok = json_is_object(o) && is_record(o);

	if (ok)
		json_array_append(x->pairs, o);
	json_decref(o);
	return ok;
}

bool exploration_read(struct exploration *x, const char *dir, struct err *err)
{
	char *text = file_read(dir, EXPLORATION_FILE);
	json_t *pair;
	size_t i;
	bool ok = text != NULL;

	*x = (struct exploration){ .pairs = json_array() };
	for (const char *at = text; ok && *at;) {
		size_t len = strcspn(at, "\n");

		ok = add_line(x, at, len);
		at += len + (at[len] == '\n');
	}
	free(text);
	if (!ok)
		return err_set(err, ERR_HOST, "'%s/%s' is no exploration", dir,
			       EXPLORATION_FILE);
	json_array_foreach(x->pairs, i, pair)
	{
		add_rows(x, pair);
	}
	x->matrix.rows = x->rows;
	x->matrix.ends = survival_end_names;
	x->matrix.about = "in virtual time; blue: survived (\xe2\x89\xa4 the "
			  "most rounds that it took), orange: not; darker is "
			  "more, by powers of ten";
	return true;
}

void exploration_release(struct exploration *x)
{
	json_decref(x->pairs);
	free(x->rows);
	*x = (struct exploration){ 0 };
}

/* --- writing ----------------------------------------------------------------
 */

static bool write_page(const struct exploration *x, const char *to,
		       struct err *err)
{
	FILE *out = file_create(to, "index.html", err);

	if (!out)
		return false;
	exploration_page(out, x, to);
	return file_close(out, to, "index.html", err);
}

bool exploration_write(const struct exploration *x, const char *to,
		       bool pictures, struct err *warning, struct err *err)
{
	FILE *out = file_create(to, "survival.csv", err);

	if (!out)
		return false;
	survival_csv(out, &x->matrix);
	if (!file_close(out, to, "survival.csv", err))
		return false;
	file_remove(to, "survival.svg");
	if (pictures && x->matrix.count &&
	    survival_picture(&x->matrix, to, "gnuplot", warning))
		(void)svg_tidy(to, "survival",
			       "survival: schedules of faults by their end",
			       warning);
	return write_page(x, to, err);
}
