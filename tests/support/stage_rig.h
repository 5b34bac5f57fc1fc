/* SPDX-License-Identifier: MIT */
/* One chain towards the target, a request and an ACK to put through it. */
#ifndef SUPPORT_STAGE_RIG_H
#define SUPPORT_STAGE_RIG_H

#include "tests/support/faults.h"

#define T0 UINT64_C(1000000000)
#define REQUEST "30303030 0200 0400 00008080 0a000000 01020304 aa"
#define ACK "69696969 0400 0000 00008080 00000000"

extern struct faults faults;
extern struct chain chain;
extern uint8_t in[65536], out[65536];

/* The chain anew at T0, with the faults that there are. */
void start(void);

/* ... and with no fault but this one: see faults_add(). */
void start_with(const char *name, const char *settings);

/* Put bytes, in hexadecimal, at T0; what comes out, whenever, must be 'after'.
 */
void assert_makes(const char *before, const char *after);

/* How many bytes have left 'ns' after T0. */
size_t left_by(uint64_t ns);

#endif
