/* SPDX-License-Identifier: MIT */
/*
 * Each process beyond 'System' has a page for its EPROCESS and its address
 * ranges, one for each thread, one for each level of its page tables, and that
 * of its PEB, which these map.
 */
#include "bench/kd/process.h"
#include "bench/kd/world.h"

enum {
	PAGE_PROCESS,
	PAGE_THREAD,
	PAGE_TABLE = PAGE_THREAD + KD_PROCESS_THREAD_COUNT,
	PAGE_PEB = PAGE_TABLE + KD_PAGE_LEVELS,
	PAGES
};

#define VADS_AT 0xc00 /* in the process' page */
#define VAD_SPACING 0x100

enum { WHAT_ORDER = 0x70726f, WHAT_PROCESS, WHAT_THREAD, WHAT_VAD };

/* One process in the making. */
struct making {
	const struct kd_world_part *part;
	uint64_t i;            /* it is number i + 1 */
	uint64_t pages[PAGES]; /* offsets in the area */
};

static uint32_t count(const struct kd_world *w)
{
	return w->processes ? w->processes - 1 : 0;
}

uint64_t kd_world_processes_pages(const struct kd_world *w)
{
	return PAGES * (uint64_t)count(w);
}

static uint32_t number(const struct making *m)
{
	return (uint32_t)m->i + 1;
}

static uint64_t within(const struct making *m, uint64_t what, uint64_t i,
		       uint32_t room, uint32_t size)
{
	return kd_world_within(m->part->world, what, PAGES * m->i + i, room,
			       size);
}

/* Offsets in the area of its parts. */
static uint64_t process_at(const struct making *m)
{
	return m->pages[PAGE_PROCESS] +
	       within(m, WHAT_PROCESS, 0, VADS_AT, KD_PROCESS_SIZE);
}

static uint64_t thread_at(const struct making *m, unsigned i)
{
	return m->pages[PAGE_THREAD + i] +
	       within(m, WHAT_THREAD, i, KD_WORLD_PAGE, KD_THREAD_SIZE);
}

static uint64_t vad_at(const struct making *m, unsigned i)
{
	return m->pages[PAGE_PROCESS] + VADS_AT + VAD_SPACING * i +
	       within(m, WHAT_VAD, i, VAD_SPACING, KD_VAD_SIZE);
}

static uint64_t address(const struct making *m, uint64_t offset)
{
	return m->part->world->base + offset;
}

/* From the root to the leaf; each knows its parent. */
static void build_vads(const struct making *m)
{
	for (unsigned i = 0; i < KD_PROCESS_VAD_COUNT; i++) {
		struct kd_vad v = { .number = number(m), .index = i };
		uint64_t first, own, last;

		if (i)
			v.parent = address(m, vad_at(m, i - 1));
		if (i + 1 < KD_PROCESS_VAD_COUNT) {
			kd_process_range(v.number, i, &own, &last);
			kd_process_range(v.number, i + 1, &first, &last);
			*(first < own ? &v.left : &v.right) =
				address(m, vad_at(m, i + 1));
		}
		kd_process_vad(m->part->area + vad_at(m, i), &v);
	}
}

/* A ring of its threads and the head in the process. */
static void build_threads(const struct making *m, uint64_t head)
{
	uint64_t before = head;

	for (unsigned i = 0; i < KD_PROCESS_THREAD_COUNT; i++) {
		struct kd_thread t = { .number = number(m),
				       .index = i,
				       .flink = head,
				       .blink = before };

		before = address(m, thread_at(m, i) + KD_THREAD_LINKS);
		if (i + 1 < KD_PROCESS_THREAD_COUNT)
			t.flink = address(m, thread_at(m, i + 1) +
						     KD_THREAD_LINKS);
		kd_process_thread(m->part->area + thread_at(m, i), &t);
	}
}

/* One entry in each table, which leads to the page of the PEB. */
static void build_tables(const struct making *m)
{
	uint64_t peb = kd_process_peb_at(number(m));

	for (unsigned level = 0; level < KD_PAGE_LEVELS; level++) {
		uint64_t index = peb >> (39 - 9 * level) & 0x1ff;

		kd_store64(m->part->area + m->pages[PAGE_TABLE + level] +
				   8 * index,
			   address(m, m->pages[PAGE_TABLE + level + 1]) |
				   KD_PAGE_PRESENT | KD_PAGE_WRITABLE |
				   KD_PAGE_USER);
	}
	kd_process_peb(m->part->area + m->pages[PAGE_PEB], number(m));
}

/* The address of its ActiveProcessLinks. */
static uint64_t build(const struct kd_world_part *part, uint64_t i)
{
	struct making m = { .part = part, .i = i };
	uint64_t head;

	for (unsigned page = 0; page < PAGES; page++)
		m.pages[page] = kd_world_at(part, PAGES * i + page);
	head = address(&m, process_at(&m) + KD_PROCESS_THREADS);
	build_threads(&m, head);
	build_vads(&m);
	build_tables(&m);
	kd_process_build(
		part->area + process_at(&m),
		&(struct kd_process){
			.number = number(&m),
			.cr3 = address(&m, m.pages[PAGE_TABLE]),
			.threads = { address(&m, thread_at(&m, 0) +
							 KD_THREAD_LINKS),
				     address(&m,
					     thread_at(&m,
						       KD_PROCESS_THREAD_COUNT -
							       1) +
						     KD_THREAD_LINKS) },
			.vad_root = address(&m, vad_at(&m, 0)),
		});
	return address(&m, process_at(&m) + KD_PROCESS_LINKS);
}

void kd_world_processes(const struct kd_world_part *part,
			const struct kd_identity *id, uint8_t *identity)
{
	uint32_t n = count(part->world);

	for (uint32_t i = 0; i < n; i++)
		kd_world_append(part, id, identity, kd_identity_processes(id),
				build(part, kd_world_order(part->world,
							   WHAT_ORDER, i, n)));
}
