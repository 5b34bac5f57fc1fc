/* SPDX-License-Identifier: MIT */
/* For tests: a run directory of its own, with results in it, and gone after. */
#ifndef TEST_RESULTS_DIR_H
#define TEST_RESULTS_DIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/mem.h"

struct results_dir {
	char path[64];
};

static inline int results_dir_unlink(const char *path, const struct stat *st,
				     int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void results_dir_remove(struct results_dir *d)
{
	(void)nftw(d->path, results_dir_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* Write one file of the directory. */
static inline void results_dir_write(struct results_dir *d, const char *name,
				     const char *text, size_t len)
{
	char *path = mem_printf("%s/%s", d->path, name);
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text, 1, len, file) != len || fclose(file) != 0)
		abort();
	free(path);
}

/* A file's text; free() it. */
static inline char *results_dir_slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	if (!file)
		return NULL;
	len = getdelim(&text, &size, '\0', file);
	fclose(file);
	if (len < 0) {
		free(text);
		return mem_strdup("");
	}
	return text;
}

/* Read <dir>/<name>; free() it. NULL if it is not there. */
static inline char *results_dir_read(const struct results_dir *d,
				     const char *name)
{
	char *path = mem_printf("%s/%s", d->path, name);
	char *text = results_dir_slurp(path);

	free(path);
	return text;
}

/* A new directory whose results.jsonl is 'text'. */
static inline void results_dir_make(struct results_dir *d, const char *text)
{
	snprintf(d->path, sizeof(d->path), "/tmp/kdbench-test-XXXXXX");
	if (!mkdtemp(d->path))
		abort();
	results_dir_write(d, "results.jsonl", text, strlen(text));
}

/* The same with a copy of tests/data/<name>. */
static inline void results_dir_copy(struct results_dir *d, const char *name)
{
	char *path = mem_printf("tests/data/%s", name);
	char *text = results_dir_slurp(path);

	if (!text)
		abort(); /* tests are run from the top of the repository */
	results_dir_make(d, text);
	free(text);
	free(path);
}

#endif
