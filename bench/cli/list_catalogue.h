/* SPDX-License-Identifier: MIT */
/*
 * The catalogue of known faults, as 'kdbench list faults' and docs/catalogue.md
 * print it. Each prints to standard output.
 */
#ifndef CLI_LIST_CATALOGUE_H
#define CLI_LIST_CATALOGUE_H

#include "bench/base/err.h"
#include "bench/base/nearest.h"

/* All cases: what happens, and how it ends for each pair of profiles. */
bool list_catalogue(struct err *err);

/* The same, and the faults that there are, as one JSON object. */
bool list_faults_json(struct err *err);

/*
 * One case with its schedule, by its name in any case of letters. *found: there
 * is one; if not, its names are tried for *nearest, and nothing is printed.
 */
bool list_case(const char *name, bool *found, struct nearest *nearest,
	       struct err *err);

#endif
