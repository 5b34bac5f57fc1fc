/* SPDX-License-Identifier: MIT */
#include "bench/guest/block.h"

#include "bench/guest/counters.h"
#include "bench/guest/contract.h"

/*
 * KDDEBUGGER_DATA64 (ReactOS wdbgexts.h), the size of Windows 10. Clients read
 * the tag, KernBase, two list heads, and the service pack through a pointer.
 */
#define KDBG_TAG UINT32_C(0x4742444b)
#define KDBG_BLOCK_SIZE 0x368
#define KDBG_KERN_BASE 0x18
#define KDBG_LOADED_MODULES 0x48
#define KDBG_ACTIVE_PROCESSES 0x50
#define KDBG_CSD_VERSION 0x268

/* A build that the tables of clients know (Windows 10 1903). */
#define MAJOR_VERSION 0x0f
#define MINOR_VERSION 18362
#define PROTOCOL_VERSION 6
#define CONTEXT_VERSION 2
#define MAX_STATE_CHANGE 3
#define MAX_MANIPULATE 0x31

#define ALIGNED _Alignas(4096)

uint64_t counters[KDBB_COUNTER_COUNT];

static ALIGNED uint8_t processor[4096];
static ALIGNED uint8_t thread[4096];
static _Alignas(64) uint8_t kdbb[KDBB_BLOCK_SIZE];
static _Alignas(64) uint8_t kdbg[KDBG_BLOCK_SIZE];
static _Alignas(64) uint8_t mailbox[KDBB_MAIL_SIZE];

/* A LIST_ENTRY64. */
struct list {
	uint64_t next, previous;
};
static struct list data_list, modules, processes;
static uint64_t service_pack;

static void set(uint8_t *block, unsigned offset, uint64_t value)
{
	kd_store64(block + offset, value);
}

/* The head of a block in the list: neighbours, tag, size. */
static void link_block(uint8_t *block, uint32_t tag, uint32_t size,
		       const void *next, const void *previous)
{
	set(block, KDBB_FLINK, (uint64_t)next);
	set(block, KDBB_BLINK, (uint64_t)previous);
	kd_store32(block + KDBB_OWNER_TAG, tag);
	kd_store32(block + KDBB_SIZE, size);
}

void block_init(const struct params *p, uint64_t spin_pc)
{
	data_list = (struct list){ (uint64_t)kdbg, (uint64_t)kdbb };
	modules = (struct list){ (uint64_t)&modules, (uint64_t)&modules };
	link_block(kdbg, KDBG_TAG, KDBG_BLOCK_SIZE, kdbb, &data_list);
	link_block(kdbb, KDBB_TAG, KDBB_BLOCK_SIZE, &data_list, kdbg);

	set(kdbg, KDBG_KERN_BASE, GUEST_IMAGE_BASE);
	set(kdbg, KDBG_LOADED_MODULES, (uint64_t)&modules);
	set(kdbg, KDBG_ACTIVE_PROCESSES, (uint64_t)&processes);
	set(kdbg, KDBG_CSD_VERSION, (uint64_t)&service_pack);

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
	m->u.version.major = MAJOR_VERSION;
	m->u.version.minor = MINOR_VERSION;
	m->u.version.protocol = PROTOCOL_VERSION;
	m->u.version.secondary = CONTEXT_VERSION;
	m->u.version.flags = KD_VERSION_DATA | KD_VERSION_PTR64 |
			     KD_VERSION_NOMM;
	m->u.version.machine = KD_MACHINE_AMD64;
	m->u.version.max_type = KD_TYPE_MAX;
	m->u.version.max_state = MAX_STATE_CHANGE;
	m->u.version.max_api = MAX_MANIPULATE;
	m->u.version.simulation = 0;
	m->u.version.kern_base = GUEST_IMAGE_BASE;
	m->u.version.module_list = (uint64_t)&modules;
	m->u.version.data_list = (uint64_t)&data_list;
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

uint64_t block_processor(void)
{
	return (uint64_t)processor;
}

uint64_t block_thread(void)
{
	return (uint64_t)thread;
}
