/* SPDX-License-Identifier: MIT */
#include "bench/result/results.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/result/escape.h"
#include "bench/result/read.h"

/* A record of a trial has some kilobytes; whole runs have some megabytes. */
#define FILE_BYTES_MAX (INT64_C(2) << 30)

/* Reading one file. */
struct reader {
	struct results *results;
	FILE *file;
	char *line;
	size_t line_size;
	size_t line_number;
	bool have_run;
	size_t trial_room;
	size_t limit_room;
	size_t search_room;
};

static bool add_trial(struct reader *reader, const json_t *record,
		      struct err *err)
{
	struct results *r = reader->results;

	if (r->trial_count == reader->trial_room) {
		reader->trial_room = reader->trial_room * 2 + 64;
		r->trials = mem_resize(r->trials,
				       reader->trial_room * sizeof(*r->trials));
	}
	r->trials[r->trial_count] = (struct result_trial){ 0 };
	return read_trial(r, record, &r->trials[r->trial_count++], err);
}

static bool add_limit(struct reader *reader, const json_t *record,
		      struct err *err)
{
	struct results *r = reader->results;

	if (r->limit_count == reader->limit_room) {
		reader->limit_room = reader->limit_room * 2 + 16;
		r->limits = mem_resize(r->limits,
				       reader->limit_room * sizeof(*r->limits));
	}
	r->limits[r->limit_count] = (struct result_limit){ 0 };
	return read_limit(r, record, &r->limits[r->limit_count++], err);
}

static bool add_search(struct reader *reader, const json_t *record,
		       struct err *err)
{
	struct results *r = reader->results;

	if (r->search_count == reader->search_room) {
		reader->search_room = reader->search_room * 2 + 16;
		r->searches =
			mem_resize(r->searches,
				   reader->search_room * sizeof(*r->searches));
	}
	r->searches[r->search_count] = (struct result_search){ 0 };
	return read_search(r, record, &r->searches[r->search_count++], err);
}

static bool add_run(struct reader *reader, const json_t *record,
		    struct err *err)
{
	if (reader->have_run)
		return err_set(err, ERR_CONFIG, "a second 'run' record");
	reader->have_run = true;
	return read_run(reader->results, record, err);
}

static bool check_schema(const json_t *record, struct err *err)
{
	double schema;

	if (!json_get_number(record, "schema", &schema, err))
		return false;
	if (isnan(schema) || schema <= RESULTS_SCHEMA)
		return true;
	err_set(err, ERR_CONFIG,
		"these results have schema %.0f, this kdbench reads %d", schema,
		RESULTS_SCHEMA);
	return err_hint(err, "use the kdbench that wrote them, or a newer one");
}

static bool add_record(struct reader *reader, const json_t *record,
		       struct err *err)
{
	const char *type;

	if (!json_is_object(record))
		return err_set(err, ERR_CONFIG, "not an object");
	if (!json_need_text(record, "type", &type, err) ||
	    !check_schema(record, err))
		return false;
	if (strcmp(type, "run") == 0)
		return add_run(reader, record, err);
	if (!reader->have_run)
		return err_set(err, ERR_CONFIG,
			       "the first record is not of type 'run'");
	if (strcmp(type, "trial") == 0)
		return add_trial(reader, record, err);
	if (strcmp(type, "limit") == 0)
		return add_limit(reader, record, err);
	if (strcmp(type, "cell") == 0)
		return read_point_cell(reader->results, record, err);
	if (strcmp(type, "search") == 0)
		return add_search(reader, record, err);
	if (strcmp(type, "end") == 0)
		return read_end(reader->results, record, err);
	return true;
}

bool read_not_json(const json_error_t *error, struct err *err)
{
	char *text = escape_terminal_text(error->text);

	err_set(err, ERR_CONFIG, "not JSON: %.200s", text);
	free(text);
	return false;
}

static bool add_line(struct reader *reader, size_t len, struct err *err)
{
	bool whole = len && reader->line[len - 1] == '\n';
	json_error_t error;
	json_t *record;
	bool ok;

	if (strspn(reader->line, " \t\r\n") == len)
		return true;
	record = json_loadb(reader->line, len,
			    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!record && !whole) {
		reader->results->cut = true;
		return true;
	}
	if (!record)
		return read_not_json(&error, err);
	ok = add_record(reader, record, err);
	json_decref(record);
	return ok;
}

static bool read_lines(struct reader *reader, struct err *err)
{
	struct results *r = reader->results;
	ssize_t len;

	while ((len = getline(&reader->line, &reader->line_size,
			      reader->file)) > 0) {
		reader->line_number++;
		if (!add_line(reader, (size_t)len, err))
			return err_while(err, "%.300s:%zu", r->path,
					 reader->line_number);
	}
	if (ferror(reader->file))
		return err_sys(err, ERR_HOST, "cannot read '%s'", r->path);
	if (!reader->have_run)
		return err_set(err, ERR_CONFIG,
			       "%s:1: there is no 'run' record", r->path);
	if (!r->ended)
		r->interrupted = true;
	read_sort_points(r);
	return true;
}

FILE *read_open(const char *path, int64_t most, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	FILE *file;

	if (fd < 0) {
		err_sys(err, ERR_USAGE, "cannot open '%s'", path);
		return NULL;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_set(err, ERR_USAGE, "'%s' is not a file", path);
		close(fd);
		return NULL;
	}
	if (st.st_size > most) {
		err_set(err, ERR_USAGE, "'%s' is larger than %lld MiB", path,
			(long long)(most >> 20));
		close(fd);
		return NULL;
	}
	file = fdopen(fd, "r");
	if (!file) {
		err_sys(err, ERR_HOST, "cannot read '%s'", path);
		close(fd);
	}
	return file;
}

bool results_read(struct results *r, const char *path, struct err *err)
{
	struct reader reader = { .results = r };
	bool ok;

	*r = (struct results){ .wall_ns = NAN, .exit_code = NAN };
	r->path = arena_strdup(&r->arena, path);
	reader.file = read_open(path, FILE_BYTES_MAX, err);
	if (!reader.file)
		return false;
	ok = read_lines(&reader, err);
	fclose(reader.file);
	free(reader.line);
	return ok;
}

void results_release(struct results *r)
{
	free(r->trials);
	free(r->limits);
	free(r->searches);
	arena_release(&r->arena);
	*r = (struct results){ 0 };
}

const char *result_param(const struct result_param *params, size_t count,
			 const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(params[i].key, key) == 0)
			return params[i].value;
	return NULL;
}

double result_counter(const struct result_counters *counters, const char *name)
{
	for (size_t i = 0; i < counters->count; i++)
		if (strcmp(counters->rows[i].name, name) == 0)
			return counters->rows[i].value;
	return NAN;
}

void result_latency_merge(const struct result_latency *latency,
			  struct histogram *h)
{
	struct histogram *part = mem_alloc(sizeof(*part));

	for (size_t i = 0; i < latency->bin_count; i++)
		histogram_add_bucket(part, latency->bins[i].bucket,
				     latency->bins[i].count);
	if (latency->max < (double)part->max)
		part->max = (uint64_t)latency->max;
	histogram_merge(h, part);
	free(part);
}
