/* SPDX-License-Identifier: MIT */
#include "bench/launch/guest_params.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/guest/contract.h"

#define MIB UINT64_C(0x100000)
/* Regions start where the guest's own data is not, modulo 1 MiB. */
#define CLEAR (GUEST_IMAGE_END - GUEST_IMAGE_BASE)

/*
 * And from one region to the other nothing is copied between two pages that
 * have one place in QEMU's table of translations: it would cost ten times as
 * much. Places repeat every MiB.
 */
#define APART (MIB / 2)

typedef unsigned long long ull;

/* The next place at or behind 'at' that does not compete with the guest. */
static uint64_t place(uint64_t at)
{
	return (at + MIB - 1) / MIB * MIB + CLEAR;
}

struct kd_world guest_world(const struct guest_config *guest, uint64_t base)
{
	return (struct kd_world){
		.base = base,
		.layout = guest->layout,
		.modules = (uint32_t)guest->modules,
		.processes = (uint32_t)guest->processes,
		.functions = (uint32_t)guest->functions,
	};
}

/* Place the regions one behind the other; returns where the last one ends. */
static uint64_t place_all(struct guest_layout *layout,
			  const struct guest_config *guest)
{
	struct kd_world world = guest_world(guest, 0);
	uint64_t world_size = kd_world_size(&world);
	uint64_t end;

	layout->scratch = place(GUEST_IMAGE_END);
	layout->pattern = place(layout->scratch + guest->scratch_size) + APART;
	end = layout->pattern + guest->pattern_size;
	layout->world = place(end);
	return world_size ? layout->world + world_size : end;
}

uint64_t guest_memory_needed(const struct guest_config *guest)
{
	struct guest_layout layout;
	uint64_t end = place_all(&layout, guest);

	return (end + GUEST_PAGE_SIZE - 1) / GUEST_PAGE_SIZE * GUEST_PAGE_SIZE;
}

bool guest_layout(struct guest_layout *layout, const struct guest_config *guest,
		  struct err *err)
{
	uint64_t end;

	if (guest->memory_size % GUEST_PAGE_SIZE ||
	    guest->memory_size > GUEST_MEMORY_MAX) {
		err_set(err, ERR_CONFIG,
			"guest.memory of %llu bytes: not a multiple of 2 MiB "
			"up to 3 GiB",
			(ull)guest->memory_size);
		return err_hint(err, "try 'memory: 32MiB' under 'guest:'");
	}
	end = place_all(layout, guest);
	if (guest->scratch_size > GUEST_MEMORY_MAX ||
	    guest->pattern_size > GUEST_MEMORY_MAX ||
	    end > guest->memory_size) {
		err_set(err, ERR_CONFIG,
			"guest.memory of %llu bytes is too small for its "
			"regions: pattern, scratch, modules, processes",
			(ull)guest->memory_size);
		return err_hint(err, "they need %llu bytes", (ull)end);
	}
	return true;
}

/* The rules in which the target differs from the profile 'ms'. */
static const char *rules(struct arena *arena,
			 const struct kd_target_profile *target)
{
	const char *text = "";

	for (const struct kd_target_rule *r = kd_target_rules; r->key; r++) {
		int index = *(const int *)((const char *)target + r->offset);
		const char *word = r->words;

		if (!index)
			continue;
		while (index--)
			word = strchr(word, '|') + 1;
		text = arena_printf(arena, "%s %s=%.*s", text, r->key,
				    (int)strcspn(word, "|"), word);
	}
	if (target->counts_polls)
		text = arena_printf(arena, "%s clock=polls", text);
	if (target->abandon_replies != KD_TRIES_NEVER)
		text = arena_printf(arena, "%s abandon-replies=%llu", text,
				    (ull)target->abandon_replies);
	return text;
}

/* Others must be told something too. */
static const struct virtio_config *virtio_of(const struct transport_config *t)
{
	static const struct virtio_config least = {
		.buffers = 1,
		.buffer = GUEST_VIRTIO_BUFFER_MIN,
	};

	return t->kind == TRANSPORT_VIRTIO ? &t->virtio : &least;
}

const char *guest_params(struct arena *arena,
			 const struct launch_config *config,
			 const struct guest_layout *layout)
{
	static const char *const transports[] = {
		[TRANSPORT_UART] = "uart",
		[TRANSPORT_BYTEPORT] = "byteport",
		[TRANSPORT_VIRTIO] = "virtio",
		[TRANSPORT_IVSHMEM] = "ivshmem",
	};
	static const char *const idles[] = {
		[GUEST_POLL] = "poll",
		[GUEST_PAUSE] = "pause",
		[GUEST_HLT] = "hlt",
		[GUEST_SPIN_HLT] = "spin-hlt",
	};
	const struct guest_config *guest = config->guest;
	const struct uart_config *uart = &config->transport->uart;
	const struct virtio_config *virtio = virtio_of(config->transport);
	const struct kd_target_profile *target = config->target;

	return arena_printf(
		arena,
		"mode=serve transport=%s framing=%s memory=%llu tsc-hz=%llu "
		"pattern=%llu pattern-size=%llu nonce=%llu "
		"scratch=%llu scratch-size=%llu idle=%s spin-ns=%llu "
		"sleep-ns=%llu "
		"rx-trigger=%d tx=%s buffers=%llu buffer=%llu processors=1 "
		"world=%llu modules=%llu processes=%llu functions=%llu "
		"layout=%llu "
		"byte-timeout-ns=%llu "
		"retries-first=%llu "
		"retries=%llu read-max=%llu%s",
		transports[config->transport->kind],
		target->reliable ? "packet" : "stream", (ull)guest->memory_size,
		(ull)clock_tsc_hz(), (ull)layout->pattern,
		(ull)guest->pattern_size, (ull)config->nonce,
		(ull)layout->scratch, (ull)guest->scratch_size,
		idles[guest->idle], (ull)guest->spin_ns, (ull)guest->sleep_ns,
		uart->rx_trigger, uart->tx ? "burst" : "byte",
		(ull)virtio->buffers, (ull)virtio->buffer, (ull)layout->world,
		(ull)guest->modules, (ull)guest->processes,
		(ull)guest->functions, (ull)guest->layout,
		(ull)target->byte_timeout_ns, (ull)target->retries_first,
		(ull)target->retries, (ull)target->read_max,
		rules(arena, target));
}

const char *guest_params_calibrate(struct arena *arena, uint64_t memory_size)
{
	return arena_printf(
		arena,
		"mode=calibrate transport=uart framing=stream memory=%llu "
		"tsc-hz=1000000000 pattern=0 pattern-size=0 nonce=0 scratch=0 "
		"scratch-size=0 idle=poll spin-ns=0 sleep-ns=0 rx-trigger=0 "
		"tx=byte buffers=1 buffer=16 processors=1 "
		"world=0 modules=3 processes=1 functions=0 layout=0 "
		"byte-timeout-ns=1 retries-first=1 retries=1 read-max=1",
		(ull)memory_size);
}
