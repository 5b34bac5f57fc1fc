/* SPDX-License-Identifier: MIT */
/* The kinds of transport, and the settings of a launch, as tables. */
#include "bench/guest/contract.h"
#include "bench/kd/world.h"
#include "bench/launch/launch.h"

#define UART(field) offsetof(struct uart_config, field)
#define VIRTIO(field) offsetof(struct virtio_config, field)
#define IVSHMEM(field) offsetof(struct ivshmem_config, field)
#define NATIVE(field) offsetof(struct native_config, field)
#define SIM(field) offsetof(struct sim_config, field)
#define HOST(field) offsetof(struct host_config, field)
#define GUEST(field) offsetof(struct guest_config, field)
#define QEMU(field) offsetof(struct qemu_config, field)

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define VIA_ROW(offset)                                                        \
	{                                                                      \
		"via", SETTING_ENUM, (offset), "none",                         \
			"a bridge in between, as users of VMKD and VirtualKD " \
			"have it",                                             \
			"none|unix|tcp|pty", 0, 0                              \
	}

#define RING_SIZE_ROW(offset)                                             \
	{                                                                 \
		"size", SETTING_SIZE, (offset), "64KiB",                  \
			"bytes of each of the two rings, a power of two", \
			NULL, 4 * KIB, 16 * MIB                           \
	}

#define RING_FRAMING_ROW(offset)                                            \
	{                                                                   \
		"framing", SETTING_ENUM, (offset), "stream",                \
			"bytes with KD's own framing, or reliable records", \
			"stream|packet", 0, 0                               \
	}

static const struct setting uart_settings[] = {
	{ "baud", SETTING_RATE, UART(baud), "115200",
	  "bits per second each way, ten to a byte; unlimited: unpaced", NULL,
	  0, 0 },
	{ "baud-to-target", SETTING_RATE, UART(baud_to_target), "same",
	  "the same for one direction only", "same", 0, 0 },
	{ "baud-to-debugger", SETTING_RATE, UART(baud_to_debugger), "same",
	  "the same for one direction only", "same", 0, 0 },
	{ "rx-trigger", SETTING_ENUM, UART(rx_trigger), "1",
	  "bytes in the receive FIFO before the UART interrupts (kdcom: 1)",
	  "1|4|8|14", 0, 0 },
	{ "tx", SETTING_ENUM, UART(tx), "byte",
	  "how the guest sends: one byte per look at THRE, or a FIFO full",
	  "byte|burst", 0, 0 },
	VIA_ROW(UART(via)),
	{ 0 },
};

static const struct setting byteport_settings[] = {
	VIA_ROW(offsetof(struct byteport_config, via)),
	{ 0 },
};

static const struct setting virtio_settings[] = {
	{ "buffers", SETTING_COUNT, VIRTIO(buffers), "4",
	  "buffers of the guest in each queue", NULL, 1, GUEST_VIRTIO_BUFFERS },
	{ "buffer", SETTING_SIZE, VIRTIO(buffer), "4KiB",
	  "bytes of one; QEMU moves at most 4096 at a time", NULL,
	  GUEST_VIRTIO_BUFFER_MIN, GUEST_VIRTIO_BUFFER_MAX },
	{ "ioeventfd", SETTING_ENUM, VIRTIO(ioeventfd), "off",
	  "who handles a kick: the guest's thread at once, or the main loop",
	  "off|on", 0, 0 },
	VIA_ROW(VIRTIO(via)),
	{ 0 },
};

static const struct setting ivshmem_settings[] = {
	RING_SIZE_ROW(IVSHMEM(size)),
	RING_FRAMING_ROW(IVSHMEM(framing)),
	{ "memory", SETTING_ENUM, IVSHMEM(memory), "kd",
	  "physical reads: by request, or out of the RAM that kdbench maps",
	  "kd|direct", 0, 0 },
	{ "direct-chunk", SETTING_SIZE, IVSHMEM(direct_chunk), "256KiB",
	  "memory: direct: bytes that one operation reads, instead of 'chunk'",
	  NULL, 1, 16 * MIB },
	VIA_ROW(IVSHMEM(via)),
	{ 0 },
};

static const struct setting native_settings[] = {
	RING_SIZE_ROW(NATIVE(size)),
	RING_FRAMING_ROW(NATIVE(framing)),
	VIA_ROW(NATIVE(via)),
	{ 0 },
};

static const struct setting sim_settings[] = {
	{ "baud", SETTING_RATE, SIM(baud), "unlimited",
	  "bits per second each way, ten to a byte; unlimited: unpaced", NULL,
	  0, 0 },
	{ "latency", SETTING_DURATION, SIM(latency_ns), "10us",
	  "time from one end to the other, one way", NULL, 0,
	  UINT64_C(3600000000000) },
	{ "capacity", SETTING_SIZE, SIM(capacity), "16KiB",
	  "bytes that fit between the ends, each way", NULL, 1, 64 * KIB },
	{ "framing", SETTING_ENUM, SIM(framing), "stream",
	  "bytes with KD's own framing, or reliable records", "stream|packet",
	  0, 0 },
	{ "service", SETTING_DURATION, SIM(service_ns), "20us",
	  "the target's time for one request", NULL, 0,
	  UINT64_C(3600000000000) },
	{ 0 },
};

static const struct setting attach_settings[] = {
	{ "address", SETTING_TEXT, offsetof(struct attach_config, address), "",
	  "unix:PATH, tcp:HOST:PORT, tcp:PORT, pty:PATH or fd:N", NULL, 0, 0 },
	{ 0 },
};

const struct transport_type transport_types[TRANSPORT_KIND_COUNT] = {
	[TRANSPORT_UART] = {
		.kind = "uart",
		.help = "isa-serial in QEMU, the line paced by kdbench",
		.stands_for = "the emulated UART of a VMM, and real hardware",
		.config_offset = offsetof(struct transport_config, uart),
		.settings = uart_settings,
		.needs_qemu = true,
		.has_host_wait = true,
	},
	[TRANSPORT_BYTEPORT] = {
		.kind = "byteport",
		.help = "one shared slot each way, a trap for each byte",
		.stands_for = "the per-character back door of VMKD's beginning",
		.config_offset = offsetof(struct transport_config, byteport),
		.settings = byteport_settings,
		.needs_qemu = true,
		.has_host_wait = true,
	},
	[TRANSPORT_VIRTIO] = {
		.kind = "virtio",
		.help = "virtio-serial: rings of buffers, a socket behind them",
		.stands_for = "kdxen's topology: rings to the VMM, bytes behind",
		.config_offset = offsetof(struct transport_config, virtio),
		.settings = virtio_settings,
		.needs_qemu = true,
		.has_host_wait = true,
		.has_guest_idle = true,
	},
	[TRANSPORT_IVSHMEM] = {
		.kind = "ivshmem",
		.help = "two byte rings in memory shared with the guest",
		.stands_for = "the tx and rx rings of kdxen",
		.config_offset = offsetof(struct transport_config, ivshmem),
		.settings = ivshmem_settings,
		.needs_qemu = true,
		.has_host_wait = true,
		.has_guest_idle = true,
	},
	[TRANSPORT_NATIVE] = {
		.kind = "native",
		.help = "the target as a process of the host, rings between",
		.stands_for = "no VMM; against TCG it measures emulation",
		.config_offset = offsetof(struct transport_config, native),
		.settings = native_settings,
		.has_host_wait = true,
		.has_guest_idle = true,
	},
	[TRANSPORT_SIM] = {
		.kind = "sim",
		.help = "the target in this process, in virtual time",
		.stands_for = "exploration: exact, repeatable, fast",
		.config_offset = offsetof(struct transport_config, sim),
		.settings = sim_settings,
		.virtual_time = true,
	},
	[TRANSPORT_ATTACH] = {
		.kind = "attach",
		.help = "a target that somebody else started",
		.stands_for = "Windows, ReactOS, anything that speaks KD",
		.config_offset = offsetof(struct transport_config, attach),
		.settings = attach_settings,
		.has_host_wait = true,
		.foreign = true,
	},
};

enum transport_via transport_via(const struct transport_config *t)
{
	switch (t->kind) {
	case TRANSPORT_UART: return (enum transport_via)t->uart.via;
	case TRANSPORT_BYTEPORT: return (enum transport_via)t->byteport.via;
	case TRANSPORT_VIRTIO: return (enum transport_via)t->virtio.via;
	case TRANSPORT_IVSHMEM: return (enum transport_via)t->ivshmem.via;
	case TRANSPORT_NATIVE: return (enum transport_via)t->native.via;
	default: return VIA_NONE;
	}
}

uint64_t transport_direct_chunk(const struct transport_config *t)
{
	return t->kind == TRANSPORT_IVSHMEM &&
			       t->ivshmem.memory == MEMORY_DIRECT
		       ? t->ivshmem.direct_chunk
		       : 0;
}

enum link_framing transport_framing(const struct transport_config *t)
{
	switch (t->kind) {
	case TRANSPORT_IVSHMEM: return (enum link_framing)t->ivshmem.framing;
	case TRANSPORT_NATIVE: return (enum link_framing)t->native.framing;
	case TRANSPORT_SIM: return (enum link_framing)t->sim.framing;
	default: return LINK_STREAM;
	}
}

const struct setting host_settings[] = {
	{ "wait", SETTING_ENUM, HOST(wait), "adaptive",
	  "how kdbench waits: spinning, sleeping, or spinning and then "
	  "sleeping",
	  "spin|block|adaptive", 0, 0 },
	{ "spin", SETTING_DURATION, HOST(spin_ns), "50us",
	  "adaptive: how long it spins before it sleeps", NULL, 0,
	  UINT64_C(10000000000) },
	{ 0 },
};

const struct setting guest_settings[] = {
	{ "name", SETTING_TEXT, GUEST(name), GUEST_OWN,
	  "which guest; kdbench's own, or one from 'kdbench list guests'", NULL,
	  0, 0 },
	{ "idle", SETTING_ENUM, GUEST(idle), "spin-hlt",
	  "how a guest waits: looking, PAUSE in between, HLT, or first looking",
	  "poll|pause|hlt|spin-hlt", 0, 0 },
	{ "spin", SETTING_DURATION, GUEST(spin_ns), "50us",
	  "spin-hlt: how long it polls before it halts", NULL, 0,
	  UINT64_C(10000000000) },
	{ "sleep", SETTING_DURATION, GUEST(sleep_ns), "0",
	  "asleep after each look that found nothing, whatever comes; 0: none",
	  NULL, 0, UINT64_C(10000000000) },
	{ "memory", SETTING_SIZE, GUEST(memory_size), "32MiB",
	  "RAM of the guest; of kdbench's own at most 2GiB", NULL, 16 * MIB,
	  1024 * GIB },
	{ "pattern", SETTING_SIZE, GUEST(pattern_size), "4MiB",
	  "region of known contents that reads walk; a multiple of 4KiB", NULL,
	  4 * KIB, 1 * GIB },
	{ "scratch", SETTING_SIZE, GUEST(scratch_size), "1MiB",
	  "region that writes may use; a multiple of 4KiB", NULL, 4 * KIB,
	  1 * GIB },
	{ "boot-timeout", SETTING_DURATION, GUEST(boot_timeout_ns), "20s",
	  "from the start of QEMU to the first packet; for another's guest to "
	  "be "
	  "up, for an attached target to appear",
	  NULL, UINT64_C(1000000), 0 },
	{ "modules", SETTING_COUNT, GUEST(modules), "3",
	  "in its list of loaded modules, to be walked", NULL, 3,
	  KD_WORLD_MODULES_MAX },
	{ "processes", SETTING_COUNT, GUEST(processes), "1",
	  "in its list, each with page tables of its own", NULL, 1,
	  KD_WORLD_PROCESSES_MAX },
	{ "functions", SETTING_COUNT, GUEST(functions), "0",
	  "of its kernel, with unwind data, for stacks to be walked", NULL, 0,
	  KD_WORLD_FUNCTIONS_MAX },
	{ "layout", SETTING_COUNT, GUEST(layout), "0",
	  "seed of where all that lies and in which order; 0: one behind the "
	  "other",
	  NULL, 0, 0 },
	{ "image", SETTING_TEXT, GUEST(image), "",
	  "another guest kernel than the one inside kdbench", NULL, 0, 0 },
	{ 0 },
};

const struct setting qemu_settings[] = {
	{ "binary", SETTING_TEXT, QEMU(binary), "qemu-system-x86_64",
	  "the emulator, a path or a name looked up in PATH", NULL, 0, 0 },
	{ "firmware", SETTING_TEXT, QEMU(firmware), "",
	  "a boot ROM; empty: qboot.rom if there is one, else QEMU's own", NULL,
	  0, 0 },
	{ "extra", SETTING_TEXT, QEMU(extra), "",
	  "more arguments for QEMU, separated by blanks", NULL, 0, 0 },
	{ 0 },
};
