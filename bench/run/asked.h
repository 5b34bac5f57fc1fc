/* SPDX-License-Identifier: MIT */
/*
 * Faults that ask for something to happen (inject/event.h): the engine lets it
 * happen when its place in the stream has come, and ends what lasts a while.
 */
#ifndef RUN_ASKED_H
#define RUN_ASKED_H

#include "bench/base/err.h"
#include "bench/base/keeper.h"
#include "bench/run/engine.h"

/*
 * Let happen what is due at 'now'; *moved if something was. What cannot happen
 * to this target ends the session as an error that says why. ERR_HOST: the
 * target is of no more use.
 */
bool asked_happen(struct engine *e, uint64_t now, bool *moved, struct err *err);

/* When it is to be called again at the latest, or CLOCK_NEVER. */
uint64_t asked_deadline(const struct engine *e);

/*
 * The session is over: nobody is asleep any more. A wrecked target of which
 * nobody has heard since is lost, whatever its debugger made of that.
 * *failure, of the session's loop, is told to come of rings whose indices a
 * fault rolled back, if one did so.
 */
void asked_end(struct engine *e, uint64_t now, struct err *failure);

/* Add to hash 'h' what still lasts, counted from 'now'. */
uint64_t asked_digest(const struct engine *e, uint64_t h, uint64_t now);

#endif
