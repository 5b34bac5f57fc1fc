/* SPDX-License-Identifier: MIT */
/*
 * A back door that takes one character at a time: QEMU's ivshmem-doorbell
 * device (1af4:1110) with a slot each way in its memory, and one trap for each
 * byte. bench/ring/slot.h says how.
 */
#include "bench/guest/line.h"

#include "bench/guest/contract.h"
#include "bench/guest/ivshmem_device.h"
#include "bench/guest/panic.h"
#include "bench/guest/port.h"
#include "bench/guest/ticks.h"
#include "bench/ring/slot.h"

#define DRAIN_NS UINT64_C(1000000000)

static struct slot from_host, to_host;
static struct ivshmem device;
static uint8_t received, sending;
static bool holds; /* 'received' was not consumed yet */

static void look_for_room(void)
{
	if (!slot_look_as_writer(&to_host))
		panic_number("the host took what was not there", to_host.bad);
}

/* One trap, whatever it finds. */
static bool fetch(void)
{
	bool wake;

	(void)mmio_read32(device.position);
	if (!slot_look_as_reader(&from_host))
		panic_number("the host wrote nonsense into the slot",
			     from_host.bad);
	if (!slot_filled(&from_host)) {
		counters[KDBB_POLLS]++;
		return false;
	}
	received = slot_take(&from_host, &wake);
	if (wake)
		ivshmem_ring(&device);
	return true;
}

static unsigned peek(struct kd_span in[2])
{
	if (!holds)
		holds = fetch();
	in[0] = (struct kd_span){ &received, 1 };
	return holds ? 1 : 0;
}

static void consume(size_t len)
{
	if (!len)
		return;
	holds = false;
	counters[KDBB_BYTES_IN]++;
}

static unsigned reserve(struct kd_room out[2])
{
	look_for_room();
	out[0] = (struct kd_room){ &sending, 1 };
	return slot_free(&to_host) ? 1 : 0;
}

static void commit(size_t len)
{
	if (!len)
		return;
	slot_put(&to_host, sending);
	ivshmem_ring(&device);
	counters[KDBB_BYTES_OUT]++;
}

static void bell(void)
{
	ivshmem_ring(&device);
}

static void look(void)
{
	(void)mmio_read32(device.position);
}

static void drain(void)
{
	uint64_t end = ticks_now_ns() + DRAIN_NS;

	do
		look_for_room();
	while (!slot_free(&to_host) && ticks_now_ns() < end);
}

const struct line *byteport_open(const struct params *p)
{
	/* There is no other way to wait for a back door than to try again. */
	static const struct line line = {
		.peek = peek,
		.consume = consume,
		.reserve = reserve,
		.commit = commit,
		.drain = drain,
		.bell = bell,
		.look = look,
	};
	struct slot_area *area;

	(void)p;
	ivshmem_find(&device);
	area = (struct slot_area *)(device.memory + RING_AREA_OFFSET);
	if (device.memory_size < RING_AREA_OFFSET ||
	    !slot_check(area, device.memory_size))
		panic("no slots in the shared memory");
	/* After a reset they go on where the life before has left them. */
	if (!slot_join(&from_host, area, RING_TO_GUEST))
		panic_number("a slot from the host holds", from_host.bad);
	if (!slot_join(&to_host, area, RING_TO_HOST))
		panic_number("a slot to the host holds", to_host.bad);
	return &line;
}

_Noreturn void byteport_wreck(void)
{
	__atomic_store_n(&to_host.shared->word.value, UINT32_C(0xdeadbeef),
			 __ATOMIC_RELEASE);
	ivshmem_ring(&device);
	for (;;)
		__asm__ volatile("pause");
}
