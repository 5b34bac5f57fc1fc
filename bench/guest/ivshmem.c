/* SPDX-License-Identifier: MIT */
/* Byte rings in the memory of an ivshmem device. */
#include "bench/guest/line.h"

#include "bench/guest/ivshmem_device.h"
#include "bench/guest/msix.h"
#include "bench/guest/panic.h"
#include "bench/guest/port.h"
#include "bench/guest/wait.h"
#include "bench/ring/ring.h"

static struct ring from_host, to_host;
static struct ivshmem device;

static void ring_bell(bool peer_sleeps)
{
	if (peer_sleeps)
		ivshmem_ring(&device);
}

static void bell(void)
{
	ring_bell(true);
}

static void look(void)
{
	(void)mmio_read32(device.position);
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
	counters[KDBB_BYTES_OUT] += len;
	ring_bell(ring_commit(&to_host, (uint32_t)len));
}

/* A broken ring counts as work: the next look panics. */
static void wait(bool for_room, uint64_t deadline_ns)
{
	bool work = for_room ? ring_arm_writer(&to_host)
			     : ring_arm_reader(&from_host);

	if (!work)
		wait_halt_until(deadline_ns);
	if (for_room)
		ring_disarm_writer(&to_host);
	else
		ring_disarm_reader(&from_host);
}

static void drain(void)
{
	/* What is in the ring stays there when this machine is gone. */
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
	uint32_t size;

	(void)p;
	ivshmem_find(&device);
	msix_enable(device.pci);
	area = (struct ring_area *)(device.memory + RING_AREA_OFFSET);
	if (device.memory_size < RING_AREA_OFFSET ||
	    !ring_check(area, device.memory_size, &size))
		panic("no rings in the shared memory");
	/* After a reset they go on where the life before has left them. */
	if (!ring_join(&from_host, area, size, RING_TO_GUEST))
		panic_number("a ring from the host holds", from_host.bad);
	if (!ring_join(&to_host, area, size, RING_TO_HOST))
		panic_number("a ring to the host holds", to_host.bad);
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
