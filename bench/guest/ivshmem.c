/* SPDX-License-Identifier: MIT */
/*
 * QEMU's ivshmem-doorbell device (1af4:1110): window 0 registers, window 1 the
 * MSI-X table, window 2 the memory with the rings.
 */
#include "bench/guest/line.h"

#include "bench/guest/apic.h"
#include "bench/guest/contract.h"
#include "bench/guest/panic.h"
#include "bench/guest/pci.h"
#include "bench/guest/port.h"
#include "bench/guest/ticks.h"
#include "bench/guest/trap.h"
#include "bench/ring/ring.h"

#define VENDOR 0x1af4
#define PRODUCT 0x1110
#define REGISTERS_WINDOW 0
#define MEMORY_WINDOW 2
#define POSITION 8  /* read: our own number */
#define DOORBELL 12 /* write: (peer << 16) | vector */

#define MSIX_CONTROL_ENABLE UINT32_C(0x80000000)
#define MSIX_CONTROL_MASK UINT32_C(0x40000000)
#define MSIX_TABLE 4 /* offset in the capability; bits 2..0: the window */

static struct ring from_host, to_host;
static uint64_t doorbell;
static bool may_halt;
static uint64_t spin_ns;
static uint64_t fruitless_since = TICKS_NEVER;

static void ring_bell(bool peer_sleeps)
{
	if (!peer_sleeps)
		return;
	counters[KDBB_DOORBELLS]++;
	*(volatile uint32_t *)doorbell = GUEST_IVSHMEM_PEER << 16;
}

static void bell(void)
{
	ring_bell(true);
}

static void look(void)
{
	(void)mmio_read32(doorbell - DOORBELL + POSITION);
}

static unsigned peek(struct kd_span in[2])
{
	if (!ring_look_as_reader(&from_host))
		panic_number("the host wrote a bad ring head", from_host.bad);
	if (!ring_filled(&from_host))
		counters[KDBB_POLLS]++;
	return ring_peek(&from_host, in);
}

static void consume(size_t len)
{
	fruitless_since = TICKS_NEVER;
	counters[KDBB_BYTES_IN] += len;
	ring_bell(ring_consume(&from_host, (uint32_t)len));
}

static unsigned reserve(struct kd_room out[2])
{
	if (!ring_look_as_writer(&to_host))
		panic_number("the host wrote a bad ring tail", to_host.bad);
	if (!ring_free(&to_host))
		counters[KDBB_POLLS]++;
	return ring_reserve(&to_host, out);
}

static void commit(size_t len)
{
	fruitless_since = TICKS_NEVER;
	counters[KDBB_BYTES_OUT] += len;
	ring_bell(ring_commit(&to_host, (uint32_t)len));
}

/* A broken ring counts as work: the next look panics. */
static void sleep(bool for_room, uint64_t delay_ns)
{
	bool work = for_room ? ring_arm_writer(&to_host)
			     : ring_arm_reader(&from_host);

	if (!work) {
		if (delay_ns != TICKS_NEVER)
			apic_timer_start(delay_ns);
		trap_halt();
		if (delay_ns != TICKS_NEVER)
			apic_timer_stop();
	}
	if (for_room)
		ring_disarm_writer(&to_host);
	else
		ring_disarm_reader(&from_host);
}

static void wait(bool for_room, uint64_t deadline_ns)
{
	uint64_t now;

	if (!may_halt)
		return;
	now = ticks_now_ns();
	if (fruitless_since == TICKS_NEVER)
		fruitless_since = now;
	if (now - fruitless_since < spin_ns || now >= deadline_ns)
		return;
	sleep(for_room,
	      deadline_ns == TICKS_NEVER ? TICKS_NEVER : deadline_ns - now);
}

static void drain(void)
{
	/* What is in the ring stays there when this machine is gone. */
}

/* One message for all vectors: "something happened". */
static void enable_messages(struct pci device)
{
	uint32_t capability = pci_capability(device, PCI_CAPABILITY_MSIX);
	uint64_t size;
	uint64_t entry;
	uint32_t table;

	if (!capability)
		panic("ivshmem without MSI-X");
	table = pci_read(device, capability + MSIX_TABLE);
	entry = pci_window(device, table & 7, &size) + (table & ~7u);
	mmio_write32(entry + 0, apic_message_address());
	mmio_write32(entry + 4, 0);
	mmio_write32(entry + 8, TRAP_DEVICE);
	mmio_write32(entry + 12, 0); /* not masked */
	pci_write(device, capability,
		  (pci_read(device, capability) & ~MSIX_CONTROL_MASK) |
			  MSIX_CONTROL_ENABLE);
}

const struct line *ivshmem_open(const struct params *p)
{
	static const struct line line = {
		.peek = peek,
		.consume = consume,
		.reserve = reserve,
		.commit = commit,
		.wait = wait,
		.drain = drain,
		.bell = bell,
		.look = look,
	};
	struct ring_area *area;
	struct pci device;
	uint64_t bytes;
	uint32_t size;

	if (!pci_find(&device, VENDOR, PRODUCT))
		panic("no ivshmem device");
	pci_write(device, PCI_COMMAND,
		  pci_read(device, PCI_COMMAND) | PCI_COMMAND_MEMORY |
			  PCI_COMMAND_MASTER);
	doorbell = pci_window(device, REGISTERS_WINDOW, &bytes) + DOORBELL;
	enable_messages(device);
	area = (struct ring_area *)(pci_window(device, MEMORY_WINDOW, &bytes) +
				    RING_AREA_OFFSET);
	if (bytes < RING_AREA_OFFSET || !ring_check(area, bytes, &size))
		panic("no rings in the shared memory");
	ring_init(&from_host, area, size, RING_TO_GUEST);
	ring_init(&to_host, area, size, RING_TO_HOST);
	may_halt = p->idle == IDLE_SPIN_HLT;
	spin_ns = p->spin_ns;
	return &line;
}

_Noreturn void ivshmem_wreck(void)
{
	__atomic_store_n(&to_host.shared->head.value, UINT32_C(0xdeadbeef),
			 __ATOMIC_RELEASE);
	ring_bell(true);
	for (;;)
		__asm__ volatile("pause");
}
