/* SPDX-License-Identifier: MIT */
#include "bench/run/direct.h"

#include <string.h>

#include "bench/base/mem.h"

void direct_init(struct session_config *config, const struct launched *target,
		 const struct transport_config *transport,
		 size_t (*ram)(void *env, uint64_t address, size_t len,
			       const uint8_t **at))
{
	size_t chunk = transport_direct_chunk(transport);

	if (!chunk || !target->ops->ram)
		return;
	config->ram = ram;
	config->direct_chunk = chunk;
	config->direct = mem_alloc(chunk);
	/* Touched, so that no page of it is missing in a measured window. */
	memset(config->direct, 0xff, chunk);
}
