/* SPDX-License-Identifier: MIT */
/* How each rung is measured; private to bench/limit. */
#ifndef LIMIT_RUNGS_H
#define LIMIT_RUNGS_H

#include "bench/limit/limit.h"

/* copy.c */
bool copy_cold(const struct limit_setup *s, struct limit_value *value,
	       struct err *err);
bool copy_warm(const struct limit_setup *s, struct limit_value *value,
	       struct err *err);
bool copy_guest(const struct limit_setup *s, struct limit_value *value,
		struct err *err);

/* raw.c */
bool raw_ring(const struct limit_setup *s, struct limit_value *value,
	      struct err *err);
bool raw_ring_sum(const struct limit_setup *s, struct limit_value *value,
		  struct err *err);

/* save.c */
bool save_memory(const struct limit_setup *s, struct limit_value *value,
		 struct err *err);

/* gdb.c */
bool gdb_possible(char why[LIMIT_WHY_MAX]);
bool gdb_dump(const struct limit_setup *s, struct limit_value *value,
	      struct err *err);

/* relay.c */
bool relay_direct(const struct limit_setup *s, struct limit_value *value,
		  struct err *err);
bool relay_bridge(const struct limit_setup *s, struct limit_value *value,
		  struct err *err);
bool relay_chain(const struct limit_setup *s, struct limit_value *value,
		 struct err *err);
bool relay_socat_possible(char why[LIMIT_WHY_MAX]);
bool relay_socat(const struct limit_setup *s, struct limit_value *value,
		 struct err *err);

#endif
