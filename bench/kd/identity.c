/* SPDX-License-Identifier: MIT */
#include "bench/kd/identity.h"

#include "bench/kd/kdbb.h"
#include "bench/kd/windows.h"

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

const char *kd_identity_module(unsigned i)
{
	return i < MODULE_COUNT ? modules[i].full : NULL;
}

uint64_t kd_identity_modules(const struct kd_identity *id)
{
	return id->base + MODULES;
}

uint64_t kd_identity_processes(const struct kd_identity *id)
{
	return id->base + PROCESSES;
}

uint64_t kd_identity_pcr(const struct kd_identity *id, unsigned cpu)
{
	return id->base + PCRS + PAGE * cpu;
}

uint64_t kd_identity_prcb(const struct kd_identity *id, unsigned cpu)
{
	return kd_identity_pcr(id, cpu) + KD_PCR_OWN_PRCB;
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

static void build_image(uint8_t *header, unsigned module, uint64_t base,
			uint32_t size)
{
	struct kd_image image = { .stamp = KD_IDENTITY_TIME_STAMP,
				  .base = base,
				  .size = size };

	for (unsigned i = 0; modules[module].base[i]; i++)
		image.name[i] = modules[module].base[i];
	kd_image_build(header, &image);
}

void kd_identity_image(uint8_t *header, uint64_t base, uint32_t size)
{
	build_image(header, 0, base, size);
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
			build_image(area + image, i, base, size);
		kd_store64(area + entry + KD_ENTRY_BASE, base);
		kd_store64(area + entry + KD_ENTRY_POINT, i ? 0 : base + PAGE);
		kd_store32(area + entry + KD_ENTRY_IMAGE_SIZE, size);
		names = store_name(id, area, entry + KD_ENTRY_FULL_NAME, names,
				   modules[i].full);
		(void)store_name(id, area, entry + KD_ENTRY_BASE_NAME, names,
				 modules[i].base);
		kd_store16(area + entry + KD_ENTRY_LOAD_COUNT, 1);
		kd_store32(area + entry + KD_ENTRY_TIME_STAMP,
			   KD_IDENTITY_TIME_STAMP);
		ring[i + 1] = entry;
	}
	link_ring(id, area, ring, MODULE_COUNT + 1);
}

static void build_process(const struct kd_identity *id, uint8_t *area)
{
	static const char name[] = "System";
	uint32_t processes[] = { PROCESSES, PROCESS + KD_PROCESS_LINKS };
	uint32_t threads[1 + KD_IDENTITY_CPUS_MAX] = { PROCESS +
						       KD_PROCESS_THREADS };
	uint8_t *process = area + PROCESS;

	kd_store64(process + KD_PROCESS_CR3, id->cr3);
	kd_store64(process + KD_PROCESS_ID, SYSTEM_PROCESS);
	__builtin_memcpy(process + KD_PROCESS_NAME, name, sizeof(name));
	link_ring(id, area, processes, 2);
	for (uint32_t cpu = 0; cpu < id->cpus; cpu++) {
		uint32_t at = THREADS + PAGE * cpu;

		kd_store64(area + at + KD_THREAD_PROCESS_ID, SYSTEM_PROCESS);
		kd_store64(area + at + KD_THREAD_ID, FIRST_THREAD + 4 * cpu);
		kd_store64(area + at + KD_THREAD_START, id->kern_base + PAGE);
		threads[1 + cpu] = at + KD_THREAD_LINKS;
	}
	link_ring(id, area, threads, 1 + id->cpus);
}

static void build_processors(const struct kd_identity *id, uint8_t *area)
{
	for (uint32_t cpu = 0; cpu < id->cpus; cpu++) {
		uint8_t *pcr = area + PCRS + PAGE * cpu;
		uint64_t prcb = kd_identity_prcb(id, cpu);

		kd_store64(pcr + KD_PCR_SELF, kd_identity_pcr(id, cpu));
		kd_store64(pcr + KD_PCR_PRCB, prcb);
		kd_store64(pcr + KD_PCR_OWN_PRCB + KD_PRCB_THREAD,
			   kd_identity_thread(id, cpu));
		kd_store32(pcr + KD_PCR_OWN_PRCB + KD_PRCB_NUMBER, cpu);
		kd_store64(area + PROCESSOR_BLOCK + 8 * cpu, prcb);
	}
}

static void build_kdbg(const struct kd_identity *id, uint8_t *area)
{
	static const char lab[] = "18362.kdbench";
	static const struct {
		uint16_t offset, value;
	} sizes[] = {
		{ KD_KDBG_SIZE_EPROCESS, KD_PROCESS_SIZE },
		{ KD_KDBG_EPROCESS_PEB, KD_PROCESS_PEB },
		{ KD_KDBG_EPROCESS_CR3, KD_PROCESS_CR3 },
		{ KD_KDBG_SIZE_PRCB, KD_PRCB_SIZE },
		{ KD_KDBG_PRCB_THREAD, KD_PRCB_THREAD },
		{ KD_KDBG_PRCB_NUMBER, KD_PRCB_NUMBER },
		{ KD_KDBG_SIZE_ETHREAD, KD_THREAD_SIZE },
		{ KD_KDBG_SIZE_PCR, KD_PCR_OWN_PRCB + KD_PRCB_SIZE },
		{ KD_KDBG_PCR_SELF, KD_PCR_SELF },
		{ KD_KDBG_PCR_PRCB, KD_PCR_PRCB },
		{ KD_KDBG_PCR_CONTAINED_PRCB, KD_PCR_OWN_PRCB },
		{ KD_KDBG_GDT_CODE, 0x08 },
		{ KD_KDBG_GDT_DATA, 0x10 },
		{ KD_KDBG_GDT_TSS, 0x18 },
		{ KD_KDBG_PAE_ENABLED, 0 },
	};
	uint8_t *kdbg = area + KDBG;

	kd_store32(kdbg + KDBB_OWNER_TAG, KD_KDBG_TAG);
	kd_store32(kdbg + KDBB_SIZE, KD_KDBG_SIZE);
	kd_store64(kdbg + KD_KDBG_KERN_BASE, id->kern_base);
	kd_store64(kdbg + KD_KDBG_MODULES, id->base + MODULES);
	kd_store64(kdbg + KD_KDBG_PROCESSES, id->base + PROCESSES);
	kd_store64(kdbg + KD_KDBG_PAGE_SIZE, PAGE);
	kd_store64(kdbg + KD_KDBG_BUILD_LAB, id->base + BUILD_LAB);
	kd_store64(kdbg + KD_KDBG_PROCESSOR_BLOCK, id->base + PROCESSOR_BLOCK);
	kd_store64(kdbg + KD_KDBG_CSD_VERSION, id->base + CSD_VERSION);
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
