/* SPDX-License-Identifier: MIT */
/* What 'kdbench doctor' looks at, as a table. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>

#include "bench/launch/launch.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_MISSING,
	DOCTOR_POOR, /* there, but measurements will suffer */
};

struct doctor_finding {
	enum doctor_state state;
	char text[200];
};

struct doctor_check {
	const char *name;
	bool necessary; /* nothing under QEMU runs without it */
	void (*look)(struct doctor_finding *f, const struct qemu_config *qemu);
	const char *fix; /* what to type or to ask for */
};
extern const struct doctor_check doctor_checks[]; /* ends with a NULL name */

#endif
