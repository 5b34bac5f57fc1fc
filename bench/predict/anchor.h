/* SPDX-License-Identifier: MIT */
/*
 * What others have measured of a UART in QEMU, and what the model makes of it:
 * the outside check of costs that were fitted inside.
 */
#ifndef PREDICT_ANCHOR_H
#define PREDICT_ANCHOR_H

#include "bench/predict/model.h"

#define ANCHOR_COUNT 7

struct anchor {
	const char *name;   /* for machines: "emulated-kvm-out" */
	const char *what;   /* one line */
	const char *source; /* of the documented figure */
	bool rate;          /* bytes per second; else nanoseconds */
	double documented;
	double modelled; /* NAN: the run has no fit over a UART */
	double error;    /* relative; NAN */
	const char *why; /* how it was made, and what it leaves out */
};

/* The anchors, by the costs over a UART of the first model that has a fit. */
void anchors_make(struct anchor to[ANCHOR_COUNT], const struct models *m);

#endif
