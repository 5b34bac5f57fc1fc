/* SPDX-License-Identifier: MIT */
/*
 * What the model knows of: the paths that bytes take between debugger and
 * target, and the costs that an operation is made of. A set of costs describes
 * a machine.
 */
#ifndef PREDICT_COST_H
#define PREDICT_COST_H

#include <stdbool.h>
#include <stddef.h>

/* A path: a kind of transport, as far as it has costs of its own. */
enum path {
	PATH_UART,
	PATH_BYTEPORT,
	PATH_VIRTIO,
	PATH_RING,
	PATH_RING_PACKET,
	PATH_RING_DMA,
	PATH_NATIVE,
	PATH_DIRECT_COUNT,
	/* The same ones with a bridge in between follow. */
	PATH_COUNT = 2 * PATH_DIRECT_COUNT
};

/* "uart", "ring-packet", "ring+via". */
const char *path_name(enum path path);

/* Does this path lead through a bridge? */
static inline bool path_bridged(enum path path)
{
	return path >= PATH_DIRECT_COUNT;
}

/* The path without one. */
static inline enum path path_direct(enum path path)
{
	return (enum path)(path % PATH_DIRECT_COUNT);
}

/* Costs, in nanoseconds a piece: first those that a machine can be asked for.
 */
enum cost {
	COST_PORT_READ,
	COST_PORT_WRITE,
	COST_DOORBELL,
	COST_MMIO_READ,
	COST_HALT_WAKE,
	COST_COPY_KIB,
	COST_INSTRUCTION,
	COST_CALIBRATED_COUNT,
	/* And those that only a fit can tell. */
	COST_REQUEST = COST_CALIBRATED_COUNT,
	COST_BYTE_OUT,
	COST_IN_TURN,
	COST_BYTE_IN,
	COST_HOST_WAKE,
	COST_DIRECT_KIB,
	COST_COUNT
};

#define COST_FITTED_COUNT (COST_COUNT - COST_CALIBRATED_COUNT)

struct cost_type {
	const char *name;
	const char *calibrated; /* its primitive in results; NULL: fitted */
	double pieces;          /* of it in one of the primitive */
	const char *about;      /* what one piece is, one line */
};
extern const struct cost_type cost_types[COST_COUNT];

/*
 * A machine: what each piece costs on a path, and on any path for which that is
 * not known. NAN: unknown.
 */
struct cost_set {
	double of[PATH_COUNT][COST_COUNT];
	double any[COST_COUNT];
};

/* Nothing is known. */
void cost_set_clear(struct cost_set *set);

/* The cost on this path, or on any; NAN. */
double cost_get(const struct cost_set *set, enum path path, enum cost cost);

/*
 * Put down a cost by its name: "port-read", or "uart/byte-out" for one path.
 * False: there is no such cost.
 */
bool cost_set_named(struct cost_set *set, const char *name, double ns);

#endif
