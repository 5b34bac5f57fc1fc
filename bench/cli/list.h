/* SPDX-License-Identifier: MIT */
/*
 * The lists that come straight from tables, as 'kdbench list' and the reference
 * in docs/scenarios.md print them. Each prints to standard output.
 */
#ifndef CLI_LIST_H
#define CLI_LIST_H

#include "bench/base/err.h"

bool list_kinds(struct err *err);
bool list_guest_keys(struct err *err);
bool list_faults(struct err *err);      /* and the catalogue */
bool list_fault_kinds(struct err *err); /* without it */
/* One kind of fault, with its settings; false: there is none. */
bool list_fault_kind(const char *name);
bool list_steps(struct err *err);
bool list_rows(struct err *err);
bool list_profiles(struct err *err);
bool list_settings(struct err *err);
bool list_expectations(struct err *err);
bool list_verdicts(struct err *err);
bool list_needs(struct err *err);
bool list_search(struct err *err);

#endif
