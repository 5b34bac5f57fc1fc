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
	double modelled; /* NAN: it takes costs that were not fitted */
	double error;    /* relative; NAN */
	const char *why; /* how it was made, and what it leaves out */
};

/*
 * The anchors, by what a byte over a UART costs the host in the first model
 * that has a fit of it, those that may be used before the others. Where none
 * has, that is left out of the anchors which are mostly the guest's.
 * Returns that model, or NULL.
 */
const struct model *anchors_make(struct anchor to[ANCHOR_COUNT],
				 const struct models *m);

#endif
