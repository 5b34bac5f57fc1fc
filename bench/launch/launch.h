/* SPDX-License-Identifier: MIT */
/*
 * From a transport and a guest configuration to something that talks KD.
 * Owned config structs and their setting rows; bench/plan only fills them.
 */
#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/base/err.h"
#include "bench/base/setting.h"
#include "bench/kd/target.h"
#include "bench/launch/exits.h"
#include "bench/link/link.h"

enum transport_kind {
	TRANSPORT_UART,
	TRANSPORT_BYTEPORT,
	TRANSPORT_VIRTIO,
	TRANSPORT_IVSHMEM,
	TRANSPORT_NATIVE,
	TRANSPORT_SIM,
	TRANSPORT_ATTACH,
	TRANSPORT_KIND_COUNT
};

/* What lies between the target's link and the session (bench/bridge/via.h). */
enum transport_via { VIA_NONE, VIA_UNIX, VIA_TCP, VIA_PTY };

/* isa-serial; baud 0 = unlimited. */
struct uart_config {
	uint64_t baud; /* bits per second, 10 bits a byte; 0: unpaced */
	uint64_t baud_to_target; /* override of one direction; UINT64_MAX:
				    as baud */
	uint64_t baud_to_debugger;
	int rx_trigger; /* index into 1|4|8|14: FCR bits 7..6 */
	int tx;         /* byte | burst */
	int via;        /* enum transport_via */
};

/* One byte each way in a shared slot, and a trap for each of them. */
struct byteport_config {
	int via; /* enum transport_via */
};

/* virtio-serial. */
struct virtio_config {
	uint64_t buffers; /* each way */
	uint64_t buffer;  /* bytes of one */
	int ioeventfd;    /* off | on: by whom a kick is handled */
	int via;          /* enum transport_via */
};

/* How a debugger gets at physical memory. */
enum transport_memory {
	MEMORY_KD,     /* by ReadPhysical, as ever */
	MEMORY_DIRECT, /* out of the RAM that it has mapped, while stopped */
};

/* Two byte rings in shared memory. */
struct ivshmem_config {
	uint64_t size;         /* bytes of each ring, a power of two */
	int framing;           /* enum link_framing */
	int memory;            /* enum transport_memory */
	uint64_t direct_chunk; /* bytes of one direct read */
	int via;               /* enum transport_via */
};

/* The same rings between two processes of the host. */
struct native_config {
	uint64_t size; /* bytes of each ring, a power of two */
	int framing;   /* enum link_framing */
	int via;       /* enum transport_via */
};

/* The target in this process, in virtual time. */
struct sim_config {
	uint64_t baud;       /* 0: unlimited */
	uint64_t latency_ns; /* one way, from one end to the other */
	uint64_t capacity;   /* bytes that fit between the ends, each way */
	int framing;         /* stream | packet */
	uint64_t service_ns; /* the target's time for one request */
};

/* A target that somebody else started. */
struct attach_config {
	const char
		*address; /* an endpoint (bench/link/endpoint.h); NULL: none */
};

struct transport_config {
	const char *name; /* as in bench.yaml, e.g. "uart-unthrottled" */
	enum transport_kind kind;
	struct uart_config uart;
	struct byteport_config byteport;
	struct virtio_config virtio;
	struct ivshmem_config ivshmem;
	struct native_config native;
	struct sim_config sim;
	struct attach_config attach;
};

/* The one of the transport's kind; VIA_NONE for kinds without a choice. */
enum transport_via transport_via(const struct transport_config *t);

/* Bytes of one direct read of physical memory; 0: that is asked for. */
uint64_t transport_direct_chunk(const struct transport_config *t);

/* How packets travel on its link: enum link_framing. */
enum link_framing transport_framing(const struct transport_config *t);

/* One row for each kind, in enum order: kinds are a table. */
struct transport_type {
	const char *kind;       /* as in bench.yaml: uart, ivshmem, ... */
	const char *help;       /* what it is */
	const char *stands_for; /* of what in the world */
	size_t config_offset;   /* into struct transport_config */
	const struct setting *settings; /* ends with a NULL key */
	bool needs_qemu;
	bool has_host_wait;  /* host.* settings mean something */
	bool has_guest_idle; /* guest.idle, guest.spin mean something */
	bool virtual_time;   /* the same every time, and not on this clock */
	bool foreign;        /* the target is not ours to set up */
};
extern const struct transport_type transport_types[TRANSPORT_KIND_COUNT];

/* NONE: nothing of ours emulates (native, sim, attach). */
enum accel { ACCEL_TCG, ACCEL_KVM, ACCEL_NONE };

enum guest_idle { GUEST_POLL, GUEST_PAUSE, GUEST_HLT, GUEST_SPIN_HLT };

/* bench.yaml 'host:' */
struct host_config {
	int wait; /* enum link_wait */
	uint64_t spin_ns;
};
extern const struct setting host_settings[];

/* What becomes of what a guest of somebody else writes to its disk. */
enum external_writes { EXTERNAL_DISCARD, EXTERNAL_KEEP };

/* What QEMU may do besides: as ever; start programs; all that we may. */
enum external_sandbox { EXTERNAL_ON, EXTERNAL_SPAWN, EXTERNAL_OFF };

/* When a guest of somebody else has booted (bench/run/boot_external.h). */
enum external_up { UP_QUIET, UP_PACKET, UP_RUNNING };

/*
 * A guest of somebody else, Windows for example: bench.yaml 'guests:'. Texts
 * that nobody wrote are NULL.
 */
struct external_config {
	const char *disk;        /* path of an image, or none */
	const char *disk_format; /* or QEMU looks */
	int disk_writes;         /* enum external_writes */
	const char *machine;     /* QEMU's -machine */
	const char *firmware;    /* QEMU's -bios, or its own */
	uint64_t processors;
	int com;               /* 0: by whose guest it is, else its number */
	const char *arguments; /* more of QEMU's: base/words.h */
	int sandbox;           /* enum external_sandbox */
	int up;                /* enum external_up */
	uint64_t quiet_ns;     /* UP_QUIET: for so long */
	bool reactos;          /* target.profile: not Windows' ways */
};
extern const struct setting external_settings[];

/* What guest.name calls the kernel inside kdbench. */
#define GUEST_OWN "kdbench"

/* bench.yaml 'guest:' */
struct guest_config {
	const char *name; /* of an entry of 'guests:'; NULL: GUEST_OWN */
	int idle;         /* enum guest_idle */
	uint64_t spin_ns;
	uint64_t sleep_ns;     /* that each fruitless look costs; 0: none */
	uint64_t memory_size;  /* RAM, bytes */
	uint64_t pattern_size; /* bytes, multiple of 4096 */
	uint64_t scratch_size;
	uint64_t boot_timeout_ns;
	/* What it has for a debugger to walk: bench/kd/world.h. */
	uint64_t modules, processes, functions;
	uint64_t layout;                 /* seed of where all that lies */
	const char *image;               /* "" = the embedded one */
	struct external_config external; /* if guest_is_external() */
};
extern const struct setting guest_settings[];

/* Is it somebody else's, to be started from its entry in 'guests:'? */
bool guest_is_external(const struct guest_config *guest);

/* The number of the serial port that carries KD, from 1. */
unsigned guest_com(const struct guest_config *guest);

/* bench.yaml 'qemu:' */
struct qemu_config {
	const char *binary;
	const char *firmware; /* qboot.rom if found, else "" = QEMU's default */
	const char *extra;    /* more arguments, separated by blanks */
};
extern const struct setting qemu_settings[];

/* All that a launch needs; borrowed, must outlive the launched target. */
struct launch_config {
	const struct transport_config *transport;
	const struct host_config *host;
	const struct guest_config *guest;
	const struct qemu_config *qemu;
	const struct kd_target_profile *target;
	enum accel accel; /* resolved: never "auto" */
	uint64_t nonce;   /* of the pattern */
	uint64_t seed;
	/* Has the user had enough? Asked while something is waited for. */
	bool (*interrupted)(void);
};

/* CPU time of the target's threads, in ns; UINT64_MAX = unavailable. */
struct launch_cpu {
	uint64_t vcpu_ns, main_ns, other_ns;
};

struct launched;

/* What may happen to a target in the midst of a session. */
enum launch_event {
	/*
	 * A reset: a new life with empty RAM (but for the pattern), and the
	 * pipe with what is in it stays; or a new, empty pipe with it.
	 */
	LAUNCH_RESET,
	LAUNCH_RESET_NEW_PIPE,
	LAUNCH_NEW_PIPE, /* only a new pipe; the target does not notice */
	/*
	 * Its processor stops, and its clock; what there is of devices goes on
	 * taking bytes. It goes on as if no time had passed.
	 */
	LAUNCH_FREEZE,
	LAUNCH_THAW,
	/* All of its machine stops; its clock goes on. */
	LAUNCH_PAUSE,
	LAUNCH_RESUME,
	LAUNCH_POLL_COST, /* each poll takes 'amount' ns from now on */
	/*
	 * What it is now is put away, instead of what was put away before; and
	 * is brought back, as often as one likes. What is under way on the line
	 * stays as it is.
	 */
	LAUNCH_SNAPSHOT,
	LAUNCH_REVERT,
	/* It, or its debugger, begins to count anew in the rings' headers. */
	LAUNCH_EPOCH_TARGET,
	LAUNCH_EPOCH_DEBUGGER,
	LAUNCH_WRECK, /* enum launch_wreck 'amount' of it is overwritten */
};

/* LAUNCH_WRECK: what is lost. */
enum launch_wreck {
	LAUNCH_WRECK_IDT,         /* where exceptions and interrupts go */
	LAUNCH_WRECK_STUB,        /* the code that it speaks KD with */
	LAUNCH_WRECK_PAGE_TABLES, /* the tables that CR3 points to */
	LAUNCH_WRECK_RING_MEMORY, /* rings: headers and bytes */
	LAUNCH_WRECK_CLI_HLT,     /* its next instructions are cli; hlt */
};

struct launched_ops {
	/* Sample CPU; false if it cannot be told (sim). */
	bool (*cpu)(struct launched *t, struct launch_cpu *cpu);
	/*
	 * Is it still there? False fills err (ERR_GUEST) with how it ended:
	 * exit status, QEMU's stderr, the guest's last words.
	 */
	bool (*alive)(struct launched *t, struct err *err);
	/*
	 * Copy guest-physical memory out of band (mapped RAM, never KD), for
	 * tests and post-mortem counters; false if there is none. No such
	 * operation: nobody but the target sees its memory.
	 */
	bool (*peek)(struct launched *t, uint64_t address, void *to,
		     size_t len);
	/*
	 * RAM at a guest-physical address, as it is mapped here: *at, and how
	 * many of 'len' bytes it holds, up to the first one that is not RAM. No
	 * such operation: it is not mapped.
	 *
	 * It is what the guest's processor sees. Both map the same pages; on
	 * x86 the caches are coherent, whoever maps them, and neither TCG nor
	 * KVM keeps stores of the guest back. Whoever has read, from the
	 * target's line, that it stopped or has written something, finds here
	 * all that it wrote before it said so. While it runs, bytes can change
	 * between two looks: copy once, and use the copy.
	 */
	size_t (*ram)(struct launched *t, uint64_t address, size_t len,
		      const uint8_t **at);
	/*
	 * A hash of the whole target and of what is under way to and from it,
	 * without absolute time; NULL if that cannot be known (QEMU).
	 */
	uint64_t (*digest)(struct launched *t, uint64_t now);
	/*
	 * How often the virtual CPU has left the guest so far, by kind, as KVM
	 * counts it. False, or no such operation: nobody counts, which is never
	 * 0. Takes a round trip to QEMU's main loop: at the ends of a session
	 * only.
	 */
	bool (*exits)(struct launched *t, struct exit_counts *exits);
	/*
	 * Have the monitor write guest-physical memory into the file that 'fd'
	 * is open on, from its start; no such operation: there is no monitor.
	 */
	bool (*save)(struct launched *t, uint64_t address, uint64_t len, int fd,
		     struct err *err);
	/*
	 * Why this cannot happen to it, as one line; NULL: it can. 'amount' is
	 * what the event says of it, or 0. No such operation: nothing can, the
	 * target is not ours.
	 */
	const char *(*spared)(const struct launched *t, enum launch_event what,
			      uint64_t amount);
	/*
	 * Let it happen. t->link stays where it is. *now, which is the time, is
	 * set to when the new life was let go, or the new pipe was there: what
	 * it took to bring that about lies before. ERR_HOST: *err, and the
	 * target is of no more use.
	 */
	bool (*happen)(struct launched *t, enum launch_event what,
		       uint64_t amount, uint64_t *now, struct err *err);
	/* End it, reap it, free everything, the link too. NULL is fine. */
	void (*stop)(struct launched *t);
};

/* A target that talks. */
struct launched {
	const struct launched_ops *ops;
	struct link *link;
	bool virtual_time;   /* the loop jumps instead of waiting */
	bool foreign;        /* what it runs is not ours: it may be silent */
	pid_t pid;           /* QEMU's, or 0 */
	uint64_t started_ns; /* just before exec */
};

/*
 * Start a target. Returns once the process runs, not once it talks: the runner
 * waits for the first packet, with guest.boot_timeout.
 */
bool launch_start(struct launched **t, const struct launch_config *config,
		  struct err *err);

static inline void launch_stop(struct launched *t)
{
	if (t)
		t->ops->stop(t);
}

/*
 * Which accelerator 'auto' means on this machine: decided once per process by
 * timing the same small guest loop under each (a KVM that emulates loses to
 * TCG). *why gets one line for the user. 'kvm' where /dev/kvm does not open is
 * a failure with a hint.
 */
enum accel_choice { ACCEL_AUTO, ACCEL_CHOICE_TCG, ACCEL_CHOICE_KVM };
bool accel_resolve(enum accel_choice choice, const struct qemu_config *qemu,
		   enum accel *accel, char why[160], struct err *err);

/* Does /dev/kvm open for reading and writing? */
bool accel_kvm_opens(void);

#endif
