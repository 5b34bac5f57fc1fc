/* SPDX-License-Identifier: MIT */
/* 'faults:' of a scenario, for one cell. */
#ifndef PLAN_FAULT_H
#define PLAN_FAULT_H

#include "bench/plan/scope.h"
#include "inject/chain.h"

/*
 * Decode into specs[TO_TARGET] and specs[TO_DEBUGGER]; a NULL node is no
 * faults. 'sink' is told of what is written, as "to-target.1.drop.nth".
 */
bool faults_read(struct chain_spec specs[2], const struct node *node,
		 const struct scope *scope, struct row_sink *sink,
		 struct err *err);

#endif
