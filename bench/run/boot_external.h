/* SPDX-License-Identifier: MIT */
/*
 * The boot of somebody else's guest: minutes in which its system talks and
 * nobody has asked. What it says is acknowledged, modules that it tells of are
 * let go on, questions get an empty answer: as with a debugger that is there
 * and does nothing. No byte is sent before it has spoken, unless it is told to
 * run already (guest.up: running).
 */
#ifndef RUN_BOOT_EXTERNAL_H
#define RUN_BOOT_EXTERNAL_H

#include "bench/plan/plan.h"
#include "bench/run/files.h"

/* What it has said so far. */
struct boot_talk {
	uint64_t now_ns;   /* since its start */
	uint64_t first_ns; /* to its first whole packet; 0: none yet */
	uint64_t bytes;    /* that came, KD or not */
	uint64_t modules, prints, questions, files;
	bool up;       /* and that was all */
	uint64_t ends; /* times its system said that it goes down */
	char last[96]; /* what it printed or loaded last; bytes that are no KD
			  until then */
};

/* What those who talk to it next must know. */
struct boot_outcome {
	uint64_t boot_ns; /* from its start to its first packet; 0: none came */
	uint8_t breakins_owed; /* as in struct kd_debugger: 62s that it may yet
				  obey */
};

struct boot_watcher {
	/* Called every now and then; NULL: nobody looks. */
	void (*look)(void *env, const struct boot_talk *talk);
	void *env;
};

/*
 * Wait until it is up, as its guest.up says, at most its guest.boot-timeout
 * from its start: then it runs, or stands at a prompt of its own making.
 * 'files' serves what it asks for. A failure of kind ERR_HOST: it ended, or did
 * not come up, with what it said last and what to do. *outcome is filled in any
 * case.
 */
bool boot_external(struct launched *t, const struct cell *cell,
		   struct files *files, const struct boot_watcher *watcher,
		   struct boot_outcome *outcome, struct err *err);

#endif
