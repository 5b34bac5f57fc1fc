/* SPDX-License-Identifier: MIT */
/* Plans from texts, for tests of what becomes of a scenario. */
#ifndef SUPPORT_PLANS_H
#define SUPPORT_PLANS_H

#include "bench/plan/plan.h"

/* The least that is a scenario. */
#define PLANS_SMALL "name: x\nsession: [connect]\n"

/* What was loaded last. */
extern struct plan plans_plan;
extern struct err plans_err;

/* Who says, from now on, which accelerators there are; NULL: nobody. */
extern bool (*plans_accel)(enum accel_choice choice,
			   const struct qemu_config *qemu, enum accel *accel,
			   char why[160], struct err *err);

/*
 * Load a scenario, 'x.yaml'; 'config' is bench.yaml or NULL, 'set' the
 * "key=value" of a --set or NULL.
 */
bool plans_load(const char *config, const char *scenario, const char *set);

/* The same; fails the test unless it could be loaded. */
const struct scenario *plans_loaded(const char *config, const char *scenario,
				    const char *set);

/* A cell's setting, or NULL. */
const struct param *plans_param(const struct cell *cell, const char *key);

/* A teardown for cmocka. */
int plans_release(void **state);

#endif
