/* SPDX-License-Identifier: MIT */
/* The parameters with which the guest is started: docs/guest.md lists them. */
#ifndef GUEST_PARAMS_H
#define GUEST_PARAMS_H

#include <stdint.h>

#include "bench/kd/target_profile.h"

enum params_mode { MODE_SERVE, MODE_CALIBRATE, MODE_WRECK_RING };
enum params_transport {
	TRANSPORT_UART,
	TRANSPORT_BYTEPORT,
	TRANSPORT_VIRTIO,
	TRANSPORT_IVSHMEM,
};
enum params_framing { FRAMING_STREAM, FRAMING_PACKET };
enum params_idle { IDLE_POLL, IDLE_PAUSE, IDLE_HLT, IDLE_SPIN_HLT };
enum params_tx { TX_BYTE, TX_BURST };

struct params {
	uint64_t mode;      /* enum params_mode */
	uint64_t transport; /* enum params_transport */
	uint64_t framing;   /* enum params_framing */
	uint64_t memory;    /* bytes of RAM */
	uint64_t tsc_hz;
	uint64_t pattern, pattern_size; /* address, bytes */
	uint64_t nonce;                 /* of the pattern */
	uint64_t scratch, scratch_size;
	uint64_t idle;       /* enum params_idle */
	uint64_t spin_ns;    /* before HLT */
	uint64_t sleep_ns;   /* after each look in vain; 0: not at all */
	uint64_t rx_trigger; /* bits 7..6 of the FCR: 0..3 */
	uint64_t tx;         /* enum params_tx */
	uint64_t buffers;    /* of a virtqueue, each way */
	uint64_t buffer;     /* bytes of each */
	uint64_t processors;
	uint64_t world;  /* address of what bench/kd/world.h builds */
	uint64_t hidden; /* KDBB is not to be known by its tag */
	uint64_t modules, processes, functions, layout; /* of it */
	struct kd_target_profile target;
};

/* Read them from fw_cfg, or panic with the one that is wrong. */
void params_read(struct params *p);

#endif
