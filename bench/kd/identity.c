/* SPDX-License-Identifier: MIT */
#include "bench/kd/identity.h"

#include "bench/kd/kdbb.h"

/* A build that the tables of clients know (Windows 10 1903). */
#define MAJOR_VERSION 0x0f
#define MINOR_VERSION 18362
#define PROTOCOL_VERSION 6
#define CONTEXT_VERSION 2
#define MAX_STATE_CHANGE 3
#define MAX_API 0x31

/* Where things lie in the area. */
enum {
	DATA_LIST = 0x000,
	MODULES = 0x010,
	PROCESSES = 0x020,
	CSD_VERSION = 0x030, /* 0: no service pack */
	PROCESSOR_BLOCK = 0x040,
	BUILD_LAB = 0x080,
	KDBG = 0x100,
	ENTRIES = 0x500, /* one for each module */
	ENTRY_SPACING = 0xa0,
	NAMES = 0x700,
	NAMES_SPACING = 0x80,
	PROCESS = 0x1000,
	THREADS = 0x2000,
	PCRS = 0x4000,
	IMAGES = 0x6000, /* of the modules other than the kernel */
	PAGE = 0x1000,
};

/* KDDEBUGGER_DATA64 behind its list entry. */
enum {
	KDBG_SIZE = 0x368,
	KDBG_KERN_BASE = 0x18,
	KDBG_PAE_ENABLED = 0x36,
	KDBG_MODULES = 0x48,
	KDBG_PROCESSES = 0x50,
	KDBG_PAGE_SIZE = 0x138,
	KDBG_BUILD_LAB = 0x208,
	KDBG_PROCESSOR_BLOCK = 0x218,
	KDBG_CSD_VERSION = 0x268,
	KDBG_SIZE_EPROCESS = 0x2a8,
	KDBG_EPROCESS_PEB = 0x2aa,
	KDBG_EPROCESS_CR3 = 0x2ae,
	KDBG_SIZE_PRCB = 0x2b0,
	KDBG_PRCB_THREAD = 0x2b4,
	KDBG_PRCB_NUMBER = 0x2be,
	KDBG_SIZE_ETHREAD = 0x2c0,
	KDBG_SIZE_PCR = 0x2e0,
	KDBG_PCR_SELF = 0x2e2,
	KDBG_PCR_PRCB = 0x2e4,
	KDBG_PCR_CONTAINED_PRCB = 0x2e6,
	KDBG_GDT_CODE = 0x2f4,
	KDBG_GDT_DATA = 0x2f6,
	KDBG_GDT_TSS = 0x302,
};
#define KDBG_TAG UINT32_C(0x4742444b) /* the bytes 'K' 'D' 'B' 'G' */

/* KLDR_DATA_TABLE_ENTRY. */
enum {
	ENTRY_BASE = 0x30,
	ENTRY_POINT = 0x38,
	ENTRY_SIZE = 0x40,
	ENTRY_FULL_NAME = 0x48,
	ENTRY_BASE_NAME = 0x58,
	ENTRY_LOAD_COUNT = 0x6c,
	ENTRY_TIME_STAMP = 0x7c,
};

/* EPROCESS and ETHREAD. */
enum {
	PROCESS_SIZE = 0x880,
	PROCESS_CR3 = 0x28,
	PROCESS_ID = 0x2e8,
	PROCESS_LINKS = 0x2f0,
	PROCESS_PEB = 0x3f8,
	PROCESS_NAME = 0x450,
	PROCESS_THREADS = 0x488,
	THREAD_SIZE = 0x820,
	THREAD_PROCESS_ID = 0x648,
	THREAD_ID = 0x650,
	THREAD_START = 0x6a0,
	THREAD_LINKS = 0x6b8,
};

/* KPCR with its KPRCB. */
enum {
	PCR_SELF = 0x18,
	PCR_PRCB = 0x20,
	PRCB = 0x180,
	PRCB_SIZE = 0x700,
	PRCB_THREAD = 0x08,
	PRCB_NUMBER = 0x24,
};

#define SYSTEM_PROCESS 4
#define FIRST_THREAD 8

static const struct {
	const char *full, *base;
} modules[] = {
	{ "\\SystemRoot\\boot\\ntoskrnl.exe", "ntoskrnl.exe" },
	{ "\\SystemRoot\\system32\\hal.dll", "hal.dll" },
	{ "\\SystemRoot\\system32\\kdcom.dll", "kdcom.dll" },
};
#define MODULE_COUNT (sizeof(modules) / sizeof(modules[0]))

uint64_t kd_identity_pcr(const struct kd_identity *id, unsigned cpu)
{
	return id->base + PCRS + PAGE * cpu;
}

uint64_t kd_identity_prcb(const struct kd_identity *id, unsigned cpu)
{
	return kd_identity_pcr(id, cpu) + PRCB;
}

uint64_t kd_identity_thread(const struct kd_identity *id, unsigned cpu)
{
	return id->base + THREADS + PAGE * cpu;
}

/* Make a ring of list entries, given by their offsets in the area. */
static void link_ring(const struct kd_identity *id, uint8_t *area,
		      const uint32_t *entries, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned next = (i + 1) % count;

		kd_store64(area + entries[i], id->base + entries[next]);
		kd_store64(area + entries[next] + 8, id->base + entries[i]);
	}
}

static uint16_t length(const char *text)
{
	uint16_t len = 0;

	while (text[len])
		len++;
	return len;
}

/*
 * A UNICODE_STRING at 'at', whose characters are put at offset 'to'; returns
 * the offset behind them.
 */
static uint32_t store_name(const struct kd_identity *id, uint8_t *area,
			   uint32_t at, uint32_t to, const char *text)
{
	uint16_t len = length(text);

	kd_store16(area + at, (uint16_t)(2 * len));
	kd_store16(area + at + 2, (uint16_t)(2 * len + 2));
	kd_store64(area + at + 8, id->base + to);
	for (uint16_t i = 0; i < len; i++)
		kd_store16(area + to + 2 * i, (uint8_t)text[i]);
	return to + 2u * len + 2;
}

static void build_modules(const struct kd_identity *id, uint8_t *area)
{
	uint32_t ring[MODULE_COUNT + 1] = { MODULES };

	for (uint32_t i = 0; i < MODULE_COUNT; i++) {
		uint32_t entry = ENTRIES + i * ENTRY_SPACING;
		uint32_t names = NAMES + i * NAMES_SPACING;
		uint32_t image = IMAGES + (i - 1) * PAGE;
		uint64_t base = i ? id->base + image : id->kern_base;
		uint32_t size = i ? PAGE : id->kern_size;

		if (i)
			kd_identity_image(area + image, base, size);
		kd_store64(area + entry + ENTRY_BASE, base);
		kd_store64(area + entry + ENTRY_POINT, i ? 0 : base + PAGE);
		kd_store32(area + entry + ENTRY_SIZE, size);
		names = store_name(id, area, entry + ENTRY_FULL_NAME, names,
				   modules[i].full);
		(void)store_name(id, area, entry + ENTRY_BASE_NAME, names,
				 modules[i].base);
		kd_store16(area + entry + ENTRY_LOAD_COUNT, 1);
		kd_store32(area + entry + ENTRY_TIME_STAMP,
			   KD_IDENTITY_TIME_STAMP);
		ring[i + 1] = entry;
	}
	link_ring(id, area, ring, MODULE_COUNT + 1);
}

static void build_process(const struct kd_identity *id, uint8_t *area)
{
	static const char name[] = "System";
	uint32_t processes[] = { PROCESSES, PROCESS + PROCESS_LINKS };
	uint32_t threads[1 + KD_IDENTITY_CPUS_MAX] = { PROCESS +
						       PROCESS_THREADS };
	uint8_t *process = area + PROCESS;

	kd_store64(process + PROCESS_CR3, id->cr3);
	kd_store64(process + PROCESS_ID, SYSTEM_PROCESS);
	__builtin_memcpy(process + PROCESS_NAME, name, sizeof(name));
	link_ring(id, area, processes, 2);
	for (uint32_t cpu = 0; cpu < id->cpus; cpu++) {
		uint32_t at = THREADS + PAGE * cpu;

		kd_store64(area + at + THREAD_PROCESS_ID, SYSTEM_PROCESS);
		kd_store64(area + at + THREAD_ID, FIRST_THREAD + 4 * cpu);
		kd_store64(area + at + THREAD_START, id->kern_base + PAGE);
		threads[1 + cpu] = at + THREAD_LINKS;
	}
	link_ring(id, area, threads, 1 + id->cpus);
}

static void build_processors(const struct kd_identity *id, uint8_t *area)
{
	for (uint32_t cpu = 0; cpu < id->cpus; cpu++) {
		uint8_t *pcr = area + PCRS + PAGE * cpu;
		uint64_t prcb = kd_identity_prcb(id, cpu);

		kd_store64(pcr + PCR_SELF, kd_identity_pcr(id, cpu));
		kd_store64(pcr + PCR_PRCB, prcb);
		kd_store64(pcr + PRCB + PRCB_THREAD,
			   kd_identity_thread(id, cpu));
		kd_store32(pcr + PRCB + PRCB_NUMBER, cpu);
		kd_store64(area + PROCESSOR_BLOCK + 8 * cpu, prcb);
	}
}

static void build_kdbg(const struct kd_identity *id, uint8_t *area)
{
	static const char lab[] = "18362.kdbench";
	static const struct {
		uint16_t offset, value;
	} sizes[] = {
		{ KDBG_SIZE_EPROCESS, PROCESS_SIZE },
		{ KDBG_EPROCESS_PEB, PROCESS_PEB },
		{ KDBG_EPROCESS_CR3, PROCESS_CR3 },
		{ KDBG_SIZE_PRCB, PRCB_SIZE },
		{ KDBG_PRCB_THREAD, PRCB_THREAD },
		{ KDBG_PRCB_NUMBER, PRCB_NUMBER },
		{ KDBG_SIZE_ETHREAD, THREAD_SIZE },
		{ KDBG_SIZE_PCR, PRCB + PRCB_SIZE },
		{ KDBG_PCR_SELF, PCR_SELF },
		{ KDBG_PCR_PRCB, PCR_PRCB },
		{ KDBG_PCR_CONTAINED_PRCB, PRCB },
		{ KDBG_GDT_CODE, 0x08 },
		{ KDBG_GDT_DATA, 0x10 },
		{ KDBG_GDT_TSS, 0x18 },
		{ KDBG_PAE_ENABLED, 0 },
	};
	uint8_t *kdbg = area + KDBG;

	kd_store32(kdbg + KDBB_OWNER_TAG, KDBG_TAG);
	kd_store32(kdbg + KDBB_SIZE, KDBG_SIZE);
	kd_store64(kdbg + KDBG_KERN_BASE, id->kern_base);
	kd_store64(kdbg + KDBG_MODULES, id->base + MODULES);
	kd_store64(kdbg + KDBG_PROCESSES, id->base + PROCESSES);
	kd_store64(kdbg + KDBG_PAGE_SIZE, PAGE);
	kd_store64(kdbg + KDBG_BUILD_LAB, id->base + BUILD_LAB);
	kd_store64(kdbg + KDBG_PROCESSOR_BLOCK, id->base + PROCESSOR_BLOCK);
	kd_store64(kdbg + KDBG_CSD_VERSION, id->base + CSD_VERSION);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		kd_store16(kdbg + sizes[i].offset, sizes[i].value);
	__builtin_memcpy(area + BUILD_LAB, lab, sizeof(lab));
}

void kd_identity_build(const struct kd_identity *id, uint8_t *area)
{
	__builtin_memset(area, 0, KD_IDENTITY_SIZE);
	build_kdbg(id, area);
	build_modules(id, area);
	build_process(id, area);
	build_processors(id, area);
	/* The list: its head, KDBG, KDBB, whose own links are its owner's. */
	kd_store64(area + DATA_LIST, id->base + KDBG);
	kd_store64(area + DATA_LIST + 8, id->kdbb);
	kd_store64(area + KDBG + KDBB_FLINK, id->kdbb);
	kd_store64(area + KDBG + KDBB_BLINK, id->base + DATA_LIST);
}

void kd_identity_link(const struct kd_identity *id, uint8_t *block)
{
	kd_store64(block + KDBB_FLINK, id->base + DATA_LIST);
	kd_store64(block + KDBB_BLINK, id->base + KDBG);
	kd_store32(block + KDBB_OWNER_TAG, KDBB_TAG);
	kd_store32(block + KDBB_SIZE, KDBB_BLOCK_SIZE);
}

void kd_identity_version(const struct kd_identity *id, struct kd_manipulate *m)
{
	m->u.version.major = MAJOR_VERSION;
	m->u.version.minor = MINOR_VERSION;
	m->u.version.protocol = PROTOCOL_VERSION;
	m->u.version.secondary = CONTEXT_VERSION;
	m->u.version.flags = KD_VERSION_DATA | KD_VERSION_PTR64 |
			     KD_VERSION_NOMM |
			     (id->cpus > 1 ? KD_VERSION_MP : 0);
	m->u.version.machine = KD_MACHINE_AMD64;
	m->u.version.max_type = KD_TYPE_MAX;
	m->u.version.max_state = MAX_STATE_CHANGE;
	m->u.version.max_api = MAX_API;
	m->u.version.simulation = 0;
	m->u.version.kern_base = id->kern_base;
	m->u.version.module_list = id->base + MODULES;
	m->u.version.data_list = id->base + DATA_LIST;
}
