/* SPDX-License-Identifier: MIT */
#include "bench/limit/limit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/limit/rungs.h"

const struct limit_rung limit_rungs[] = {
	{ "memcpy", "memcpy() of the mapped RAM into memory never touched",
	  true, NULL, copy_cold },
	{ "memcpy-warm", "memcpy() of the mapped RAM into memory just used",
	  true, NULL, copy_warm },
	{ "guest-copy", "the guest copies and sums it, for itself", true, NULL,
	  copy_guest },
	{ "raw-ring", "the rings without KD: same sizes, no sum, no framing",
	  true, NULL, raw_ring },
	{ "raw-ring-sum", "the same, copied with the sums that KD wants", true,
	  NULL, raw_ring_sum },
	{ "pmemsave", "QEMU's monitor writes it into memory that we map", true,
	  NULL, save_memory },
	{ "gdbstub", "gdb 'dump memory' through QEMU's gdbstub", true,
	  gdb_possible, gdb_dump },
	{ "relay-direct", "requests and replies over one socket pair", false,
	  NULL, relay_direct },
	{ "relay-chain", "the same, through one fault stage that passes", false,
	  NULL, relay_chain },
	{ "relay-bridge", "the same, through the pump of 'kdbench bridge'",
	  false, NULL, relay_bridge },
	{ "socat", "requests and replies of that size through socat", true,
	  relay_socat_possible, relay_socat },
	{ 0 },
};

const struct limit_rung *limit_find(const char *name)
{
	for (const struct limit_rung *r = limit_rungs; r->name; r++) {
		if (strcmp(r->name, name) == 0)
			return r;
	}
	return NULL;
}

double limit_rate(uint64_t bytes, uint64_t ns)
{
	return ns ? (double)bytes * 1e9 / (double)ns : NAN;
}

bool limit_program(const char *name, const char *package,
		   char why[LIMIT_WHY_MAX])
{
	const char *path = getenv("PATH");
	char *copy = mem_strdup(path ? path : "/usr/bin:/bin");
	char *rest = copy;
	char *folder;
	bool found = false;

	while (!found && (folder = strtok_r(rest, ":", &rest)) != NULL) {
		char *at = mem_printf("%s/%s", folder, name);

		found = access(at, X_OK) == 0;
		free(at);
	}
	free(copy);
	if (!found)
		snprintf(why, LIMIT_WHY_MAX,
			 "there is no %s here; Debian's package is %s", name,
			 package);
	return found;
}

bool limit_verify(const struct limit_setup *s, const void *got, uint64_t offset,
		  uint64_t len, struct err *err)
{
	const uint8_t *want = s->pattern + offset;
	const uint8_t *have = got;
	uint64_t at = 0;

	if (memcmp(have, want, len) == 0)
		return true;
	while (have[at] == want[at])
		at++;
	return err_set(err, ERR_GUEST,
		       "byte 0x%llx is 0x%02x and should be 0x%02x",
		       (unsigned long long)(offset + at), have[at], want[at]);
}
