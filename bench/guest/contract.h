/* SPDX-License-Identifier: MIT */
/*
 * What the guest and whoever launches it have agreed on; docs/guest.md is the
 * same in prose. Constants only, freestanding.
 */
#ifndef GUEST_CONTRACT_H
#define GUEST_CONTRACT_H

/* The fw_cfg file that holds the parameters: 'key=value' separated by blanks.
 */
#define GUEST_PARAMS_FILE "opt/kdbench"
/* More of the same, which wins; for experiments by hand (qemu.extra). */
#define GUEST_OVERRIDES_FILE "opt/kdbench-overrides"
#define GUEST_PARAMS_MAX 2048

/* isa-debugcon: the guest's last words, nothing else. */
#define GUEST_LOG_PORT 0xe9

/* isa-debug-exit: QEMU leaves with status 2 * code + 1. */
#define GUEST_EXIT_PORT 0xf4

enum guest_exit {
	GUEST_EXIT_PANIC = 1,       /* status 3; the log says why */
	GUEST_EXIT_REBOOT = 16,     /* status 33: the debugger asked for it */
	GUEST_EXIT_BUGCHECK = 17,   /* status 35: it asked for a crash */
	GUEST_EXIT_CALIBRATED = 32, /* status 65: mode=calibrate is done */
};

#define GUEST_EXIT_STATUS(code) (2 * (code) + 1)

/* mode=calibrate logs one of these around the loop that is to be timed. */
#define GUEST_CALIBRATE_BEGIN 'B'
#define GUEST_CALIBRATE_END 'E'

/*
 * The image, its stacks and tables live in [1 MiB, 1.25 MiB). Regions that are
 * copied from or to should not start in the first quarter of any MiB: see
 * RING_AREA_OFFSET in bench/ring/ring.h.
 */
#define GUEST_IMAGE_BASE 0x100000
#define GUEST_IMAGE_END 0x140000

/* RAM is mapped with pages of this size; so must its amount be a multiple. */
#define GUEST_PAGE_SIZE 0x200000
#define GUEST_MEMORY_MAX 0xc0000000 /* devices live above */

/*
 * virtio: most buffers each way, and bytes of one. The largest holds all that
 * one end of KD sends at once, an ACK and a packet.
 */
#define GUEST_VIRTIO_BUFFERS 4
#define GUEST_VIRTIO_BUFFER_MIN 16
#define GUEST_VIRTIO_BUFFER_MAX 4096

/* ivshmem: the harness is peer 1 and rings vector 0; so does the guest. */
#define GUEST_IVSHMEM_PEER 1

#endif
