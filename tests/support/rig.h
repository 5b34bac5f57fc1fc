/* SPDX-License-Identifier: MIT */
/* A whole trial in the words of a scenario: plan, target, session, verdict. */
#ifndef SUPPORT_RIG_H
#define SUPPORT_RIG_H

#include "bench/plan/plan.h"
#include "bench/run/trial.h"

struct rig {
	struct plan plan;
	struct trial_input input;
	struct trial trial;
};

/*
 * Plan a scenario of one or more cells and run trial 'number' of cell 'cell'
 * with run seed 'seed'. A scenario that is wrong fails the test. Release it.
 */
void rig_run(struct rig *r, const char *yaml, size_t cell, uint64_t seed,
	     uint64_t number);
void rig_release(struct rig *r);

/* The record, fault log and trace of the trial as one text; free() it. */
char *rig_text(const struct rig *r);

/* What the step with this name measured; a missing one fails the test. */
const struct step_record *rig_step(const struct rig *r, const char *name);

/* Fails the test, with the detail and the suspect, unless it is this one. */
void assert_verdict(const struct rig *r, enum verdict verdict);

#endif
