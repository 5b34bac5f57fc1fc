/* SPDX-License-Identifier: MIT */
/*
 * What is done once a session is over in which faults acted: with the faults
 * gone, both ends must still understand each other.
 */
#ifndef RUN_CLOSING_H
#define RUN_CLOSING_H

#include "bench/session/step.h"

#define CLOSING_STEPS 2

/* For a running target; for a stopped one the first is left out. */
extern const struct step closing_steps[CLOSING_STEPS];

#endif
