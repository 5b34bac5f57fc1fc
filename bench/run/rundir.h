/* SPDX-License-Identifier: MIT */
/* The run directory: where one run keeps everything (DESIGN 10.1). */
#ifndef RUN_RUNDIR_H
#define RUN_RUNDIR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/base/err.h"

struct rundir {
	char *path;  /* owned */
	char id[40]; /* of the run: 20261121T123456Z-1a2b3c4d */
	FILE *results;
};

/*
 * Make it: 'dir' must be absent or empty; NULL: <results>/<id>, with a link
 * 'latest' beside it. Opens results.jsonl.
 */
bool rundir_open(struct rundir *r, const char *dir, const char *results,
		 uint64_t seed, struct err *err);

/* Append one record and flush it. */
bool rundir_append(struct rundir *r, const json_t *record, struct err *err);

/*
 * Create <folder>/<name> in the run directory, and the folder if need be.
 * NULL on failure; the caller closes it with rundir_close_file().
 */
FILE *rundir_create(struct rundir *r, const char *folder, const char *name,
		    struct err *err);

/* Close such a file; false if something could not be written. */
bool rundir_close_file(FILE *file, struct err *err);

void rundir_release(struct rundir *r);

#endif
