/* SPDX-License-Identifier: MIT */
#include "bench/predict/cost.h"

#include <math.h>
#include <string.h>

#include "bench/base/mem.h"

static const char *const path_names[PATH_COUNT] = {
	[PATH_UART] = "uart",
	[PATH_BYTEPORT] = "byteport",
	[PATH_VIRTIO] = "virtio",
	[PATH_RING] = "ring",
	[PATH_RING_PACKET] = "ring-packet",
	[PATH_RING_DMA] = "ring-dma",
	[PATH_NATIVE] = "native",
	[PATH_DIRECT_COUNT + PATH_UART] = "uart+via",
	[PATH_DIRECT_COUNT + PATH_BYTEPORT] = "byteport+via",
	[PATH_DIRECT_COUNT + PATH_VIRTIO] = "virtio+via",
	[PATH_DIRECT_COUNT + PATH_RING] = "ring+via",
	[PATH_DIRECT_COUNT + PATH_RING_PACKET] = "ring-packet+via",
	[PATH_DIRECT_COUNT + PATH_RING_DMA] = "ring-dma+via",
	[PATH_DIRECT_COUNT + PATH_NATIVE] = "native+via",
};

const struct cost_type cost_types[COST_COUNT] = {
	[COST_PORT_READ] = { "port-read", "port-read", 1,
			     "a read of a port that trapped for data" },
	[COST_PORT_WRITE] = { "port-write", "port-write", 1,
			      "a write to a port" },
	[COST_DOORBELL] = { "doorbell", "doorbell", 1,
			    "a doorbell rung by the guest" },
	[COST_MMIO_READ] = { "mmio-read", "mmio-read", 1,
			     "a read of a device register" },
	[COST_HALT_WAKE] = { "halt-wake", "halt-wake", 1,
			     "a sleep of the guest, ended by an interrupt" },
	[COST_COPY_KIB] = { "copy-kib", "copy-kib", 1,
			    "a KiB copied and summed by the guest" },
	[COST_INSTRUCTION] = { "instruction", "nothing", 2,
			       "an instruction of the guest" },
	[COST_REQUEST] = { "request", NULL, 1,
			   "a request and its reply, whatever their size" },
	[COST_BYTE_OUT] = { "byte-out", NULL, 1,
			    "a byte from target to debugger" },
	[COST_IN_TURN] = { "in-turn", NULL, 1,
			   "a turn of QEMU's main loop to fill the FIFO" },
	[COST_BYTE_IN] = { "byte-in", NULL, 1,
			   "a byte from debugger to target" },
	[COST_HOST_WAKE] = { "host-wake", NULL, 1,
			     "a doorbell's way to a sleeping kdbench" },
	[COST_DIRECT_KIB] = { "direct-kib", NULL, 1,
			      "a KiB that kdbench reads out of the guest's "
			      "RAM" },
};

const char *path_name(enum path path)
{
	return path_names[path];
}

void cost_set_clear(struct cost_set *set)
{
	for (size_t c = 0; c < COST_COUNT; c++) {
		set->any[c] = NAN;
		for (size_t p = 0; p < PATH_COUNT; p++)
			set->of[p][c] = NAN;
	}
}

double cost_get(const struct cost_set *set, enum path path, enum cost cost)
{
	double ns = set->of[path][cost];

	return isnan(ns) ? set->any[cost] : ns;
}

/* The costs of a path, or of any. */
static double *costs_of(struct cost_set *set, const char *name, size_t len)
{
	for (size_t p = 0; p < PATH_COUNT; p++)
		if (strlen(path_names[p]) == len &&
		    memcmp(path_names[p], name, len) == 0)
			return set->of[p];
	return NULL;
}

bool cost_set_named(struct cost_set *set, const char *name, double ns)
{
	const char *slash = strchr(name, '/');
	double *costs = slash ? costs_of(set, name, (size_t)(slash - name))
			      : set->any;

	if (!costs)
		return false;
	if (slash)
		name = slash + 1;
	for (size_t c = 0; c < COST_COUNT; c++) {
		if (strcmp(cost_types[c].name, name) == 0) {
			costs[c] = ns;
			return true;
		}
	}
	return false;
}
