/* SPDX-License-Identifier: MIT */
/*
 * The neighbours: other ways to get at a guest's memory, and other ways to pass
 * bytes on, measured beside KD in the same rounds. One rung of the ladder each:
 * a fresh guest, one measurement, everything verified. docs/limits.md says what
 * each number includes.
 */
#ifndef LIMIT_LIMIT_H
#define LIMIT_LIMIT_H

#include "bench/base/err.h"
#include "bench/kd/debugger.h"
#include "bench/launch/launch.h"

/* What all rungs are measured with; borrowed. */
struct limit_setup {
	/*
	 * The guest: its transport is a ring. 'bytes' of its pattern are read;
	 * they are at most guest->pattern_size, and a multiple of 4096.
	 */
	const struct launch_config *launch;
	const struct kd_debugger_profile *debugger;
	const uint8_t *pattern; /* what must be there, 'bytes' of it */
	uint64_t bytes;
};

/* What a rung gave; NAN: it has no such number. */
struct limit_value {
	double bytes_s; /* verified payload per second */
	double p50_ns;  /* of a round trip, where there is one */
};

#define LIMIT_WHY_MAX 160

struct limit_rung {
	const char *name;  /* as in results and in lines of 'kdbench bench' */
	const char *about; /* one line: what is measured */
	bool ladder;       /* it reads memory, or is listed beside those */
	/* Can it be measured here? NULL: anywhere. False: why not. */
	bool (*possible)(char why[LIMIT_WHY_MAX]);
	/* Once. False: *err; 'value' means nothing then. */
	bool (*measure)(const struct limit_setup *s, struct limit_value *value,
			struct err *err);
};

/* All of them; ends with a NULL name. */
extern const struct limit_rung limit_rungs[];

/* The rung of this name, or NULL. */
const struct limit_rung *limit_find(const char *name);

/* The rate at which 'bytes' were moved in 'ns'; NAN for no time at all. */
double limit_rate(uint64_t bytes, uint64_t ns);

/* Is there such a program in PATH? False: a text for 'possible'. */
bool limit_program(const char *name, const char *package,
		   char why[LIMIT_WHY_MAX]);

/* Has the user had enough? */
static inline bool limit_interrupted(const struct limit_setup *s)
{
	return s->launch->interrupted && s->launch->interrupted();
}

/*
 * Is what was read what must be there? False: *err names the first byte that is
 * not. 'offset' is where in the pattern 'got' begins.
 */
bool limit_verify(const struct limit_setup *s, const void *got, uint64_t offset,
		  uint64_t len, struct err *err);

#endif
