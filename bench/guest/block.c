/* SPDX-License-Identifier: MIT */
#include "bench/guest/block.h"

#include "bench/guest/counters.h"
#include "bench/guest/contract.h"
#include "bench/guest/cpu.h"
#include "bench/guest/panic.h"
#include "bench/kd/world.h"

#define ALIGNED _Alignas(4096)

uint64_t counters[KDBB_COUNTER_COUNT];

static ALIGNED uint8_t area[KD_IDENTITY_SIZE];
static _Alignas(64) uint8_t kdbb[KDBB_BLOCK_SIZE];
static _Alignas(64) uint8_t mailbox[KDBB_MAIL_SIZE];
static struct kd_identity identity;
static struct kd_world world;

extern uint8_t guest_pe_header[KD_IDENTITY_PE_SIZE];
extern const uint8_t trap_break[]; /* vector.S */

static void set(uint8_t *block, unsigned offset, uint64_t value)
{
	kd_store64(block + offset, value);
}

static uint64_t page_tables(void)
{
	uint64_t value;

	__asm__("movq %%cr3, %0" : "=r"(value));
	return value;
}

/* What the harness has left room for. */
static void build_world(const struct params *p)
{
	uint64_t size;

	world = (struct kd_world){
		.base = p->world,
		.layout = p->layout,
		.modules = (uint32_t)p->modules,
		.processes = (uint32_t)p->processes,
		.functions = (uint32_t)p->functions,
		.break_call = (uint64_t)trap_break,
	};
	size = kd_world_size(&world);
	if (!size)
		return;
	if (p->world % KD_WORLD_PAGE || p->world < GUEST_IMAGE_END ||
	    p->world > p->memory || size > p->memory - p->world)
		panic("no room for the world");
	kd_world_build(&world, (uint8_t *)p->world, &identity, area);
}

void block_init(const struct params *p, uint64_t spin_pc)
{
	identity = (struct kd_identity){
		.base = (uint64_t)area,
		.kern_base = GUEST_IMAGE_BASE,
		.kern_size = GUEST_IMAGE_END - GUEST_IMAGE_BASE,
		.kdbb = (uint64_t)kdbb,
		.cr3 = page_tables(),
		.cpus = cpu_count(),
	};
	kd_identity_image(guest_pe_header, identity.kern_base,
			  identity.kern_size);
	kd_identity_build(&identity, area);
	kd_identity_link(&identity, kdbb);
	if (p->hidden)
		kd_store32(kdbb + KDBB_OWNER_TAG, 0);
	build_world(p);
	set(kdbb, KDBB_LAYOUT, KDBB_VERSION);
	set(kdbb, KDBB_TSC_HZ, p->tsc_hz);
	set(kdbb, KDBB_PATTERN, p->pattern);
	set(kdbb, KDBB_PATTERN_SIZE, p->pattern_size);
	set(kdbb, KDBB_PATTERN_NONCE, p->nonce);
	set(kdbb, KDBB_SCRATCH, p->scratch);
	set(kdbb, KDBB_SCRATCH_SIZE, p->scratch_size);
	set(kdbb, KDBB_COUNTERS, (uint64_t)counters);
	set(kdbb, KDBB_COUNTERS_COUNT, KDBB_COUNTER_COUNT);
	set(kdbb, KDBB_MAILBOX, (uint64_t)mailbox);
	set(kdbb, KDBB_SPIN_PC, spin_pc);
}

void block_version(struct kd_manipulate *m)
{
	kd_identity_version(&identity, m);
}

uint64_t block_field(unsigned offset)
{
	return kd_load64(kdbb + offset);
}

uint64_t block_mail(unsigned offset)
{
	/* KD writes it behind the compiler's back. */
	return *(volatile uint64_t *)(mailbox + offset);
}

void block_set_mail(unsigned offset, uint64_t value)
{
	*(volatile uint64_t *)(mailbox + offset) = value;
}

bool block_dive(struct kd_world_dive *dive, uint64_t depth)
{
	return kd_world_dive(dive, &world, (uint8_t *)world.base, depth);
}

uint64_t block_pcr(unsigned cpu)
{
	return kd_identity_pcr(&identity, cpu);
}

uint64_t block_prcb(unsigned cpu)
{
	return kd_identity_prcb(&identity, cpu);
}

uint64_t block_thread(unsigned cpu)
{
	return kd_identity_thread(&identity, cpu);
}
