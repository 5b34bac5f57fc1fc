/* SPDX-License-Identifier: MIT */
/* What WinDbg asks, as it was seen to: the mixes that its steps must have. */
#ifndef SUPPORT_WINDBG_H
#define SUPPORT_WINDBG_H

#include "tests/support/mix.h"

/* Settings with which a target answers as the one did that was seen. */
#define WINDBG_TARGET "target: { context-ex: refused, control-echo: off }\n"

#define WINDBG_ATTACH 55 /* requests of an attach, */
#define WINDBG_STEP 9    /* of a step, */
#define WINDBG_HIT 20    /* of a hit of a conditional breakpoint */

/* From here on there are such requests; each returns what follows them. */
size_t assert_attach(const struct mix *m, size_t from);
size_t assert_windbg_step(const struct mix *m, size_t from);
size_t assert_windbg_hit(const struct mix *m, size_t from);

#endif
