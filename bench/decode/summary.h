/* SPDX-License-Identifier: MIT */
/* A packet in a few words: its API, and the facts that matter. */
#ifndef DECODE_SUMMARY_H
#define DECODE_SUMMARY_H

#include <stdio.h>

#include "bench/decode/dissect.h"

/* Write them, without a newline; the most important come first. */
void summary_write(FILE *out, const struct packet *p,
		   const struct dissection *d);

#endif
