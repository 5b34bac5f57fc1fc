/* SPDX-License-Identifier: MIT */
/*
 * The report's own files. A run directory may come from somebody else, so what
 * is written never goes through a link that lies there.
 */
#ifndef REPORT_FILE_H
#define REPORT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/base/err.h"

/* Make a directory unless it is there already; a link to one is refused. */
bool file_directory(const char *path, struct err *err);

/*
 * Create 'dir'/'name' anew, after removing what has that name. NULL and *err on
 * failure. Close with file_close().
 */
FILE *file_create(const char *dir, const char *name, struct err *err);

/* Close, and fail if not all could be written. 'name' is for the message. */
bool file_close(FILE *file, const char *dir, const char *name, struct err *err);

/* Remove 'dir'/'name' if it is there; directories stay. */
void file_remove(const char *dir, const char *name);

/* The whole of a file as a string, or NULL; free() it. At most 64 MiB. */
char *file_read(const char *dir, const char *name);

#endif
