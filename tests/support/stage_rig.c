/* SPDX-License-Identifier: MIT */
#include "tests/support/stage_rig.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "tests/support/hex.h"

struct faults faults;
struct chain chain;
uint8_t in[65536], out[65536];

void start(void)
{
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
}

void start_with(const char *name, const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, name, settings);
	start();
}

void assert_makes(const char *before, const char *after)
{
	size_t len = hex_read(before, in, sizeof(in));

	chain_feed(&chain, in, len, T0);
	len = chain_drain(&chain, out, sizeof(out), T0 + 1000 * NS_PER_S);
	assert_hex(out, len, after);
}

size_t left_by(uint64_t ns)
{
	return chain_peek(&chain, T0 + ns).len;
}
