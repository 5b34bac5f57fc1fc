/* SPDX-License-Identifier: MIT */
/*
 * process-list: what a debugger reads of each process in PsActiveProcessHead,
 * 128 bytes at a time: five pieces of its EPROCESS, its two threads, and the
 * way through the tree of its address ranges to the one that holds the PEB.
 * Virtual reads see the address space of whoever runs, so the PEB itself is
 * found as debuggers find it, in four levels of the process' own page tables,
 * eight bytes of physical memory each, and read there. One operation is one
 * process.
 *
 * 'System', which has no user half, is passed over before anything is measured.
 * Every byte must be what follows from the process' id.
 */
#include <string.h>

#include "bench/session/step_settings.h"
#include "bench/session/walk.h"

#define READ 128
#define ENTRY 8
#define SYSTEM_ID 4
#define FIRST_NUMBER 1
#define PARENT_MASK (~UINT64_C(7))

enum {
	PART_SYSTEM = WALK_OWN,
	/* Of the EPROCESS. */
	PART_LINKS,
	PART_HEADER,
	PART_PEB,
	PART_NAME,
	PART_THREAD,
	PART_VAD_ROOT,
	PART_VAD,
	PART_TABLE,
	PART_PAGE,
};

/* Where in an EPROCESS the pieces begin that make up an operation. */
#define AT_LINKS KD_PROCESS_ID
#define AT_HEADER 0
#define AT_PEB KD_PROCESS_PEB
#define AT_NAME KD_PROCESS_NAME
#define AT_VAD_ROOT KD_PROCESS_VAD_ROOT
#define AT_THREAD KD_THREAD_PROCESS_ID /* of an ETHREAD */

const struct setting step_process_settings[] = {
	STEP_WHOLE_COUNT,
	{ 0 },
};

static void read_piece(struct session *s, uint8_t part, unsigned offset)
{
	walk_read(s, part, s->walk.at - KD_PROCESS_LINKS + offset, READ);
}

static void op(struct session *s)
{
	session_op_hold(s);
	s->walk.bytes = 0;
	read_piece(s, PART_LINKS, AT_LINKS);
}

/* A u64 of the piece at hand, which begins at 'from' of its structure. */
static uint64_t field(const struct session *s, unsigned from, unsigned at)
{
	return kd_load64(s->old + at - from);
}

/* Is this piece of the EPROCESS as all that is known of it makes it? */
static bool right(struct session *s, unsigned offset)
{
	uint8_t *want = s->walk.of.process.want;

	kd_process_build(want, &s->walk.of.process.is);
	return walk_same(s, s->old, want + offset, READ, "EPROCESS");
}

/* The first process: what is measured begins behind it. */
static void on_system(struct session *s)
{
	struct session_walk *w = &s->walk;

	if (!walk_links(s, field(s, AT_LINKS, KD_PROCESS_LINKS),
			field(s, AT_LINKS, KD_PROCESS_LINKS + KD_LIST_BLINK)))
		return;
	if (field(s, AT_LINKS, KD_PROCESS_ID) != SYSTEM_ID) {
		walk_corrupt(s, "the first process is not System");
		return;
	}
	if (w->flink == w->head) {
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': there is no process besides System; "
			    "guest.processes says how many there are",
			    s->step->name);
		return;
	}
	w->front = w->before = w->at;
	w->first = w->at = w->flink;
	session_measure(s);
}

static void on_links(struct session *s)
{
	struct kd_process *p = &s->walk.of.process.is;
	uint64_t id = field(s, AT_LINKS, KD_PROCESS_ID);

	*p = (struct kd_process){
		.number = kd_process_number(id),
		.flink = field(s, AT_LINKS, KD_PROCESS_LINKS),
		.blink = field(s, AT_LINKS, KD_PROCESS_LINKS + KD_LIST_BLINK),
	};
	if (!walk_links(s, p->flink, p->blink))
		return;
	if (!p->number) {
		walk_corrupt(s, "there is no process of id 0x%llx",
			     (unsigned long long)id);
		return;
	}
	if (walk_number(s, p->number) && right(s, AT_LINKS))
		read_piece(s, PART_HEADER, AT_HEADER);
}

static void on_header(struct session *s)
{
	uint64_t cr3 = field(s, AT_HEADER, KD_PROCESS_CR3);

	s->walk.of.process.is.cr3 = cr3;
	if (cr3 & ~KD_PAGE_ADDRESS)
		walk_corrupt(s, "its DirectoryTableBase is 0x%llx",
			     (unsigned long long)cr3);
	else if (right(s, AT_HEADER))
		read_piece(s, PART_PEB, AT_PEB);
}

/* Of the PEB's piece only what is known by now can be looked at. */
static void on_peb(struct session *s)
{
	if (right(s, AT_PEB))
		read_piece(s, PART_NAME, AT_NAME);
}

static void read_thread(struct session *s, uint64_t links)
{
	s->walk.of.process.thread = links;
	walk_read(s, PART_THREAD, links - KD_THREAD_LINKS + AT_THREAD, READ);
}

/* The head of its threads, as they point at it. */
static uint64_t thread_head(const struct session *s)
{
	return s->walk.at - KD_PROCESS_LINKS + KD_PROCESS_THREADS;
}

static void on_process_name(struct session *s)
{
	struct session_walk *w = &s->walk;

	for (unsigned i = 0; i < 2; i++)
		w->of.process.is.threads[i] =
			field(s, AT_NAME, KD_PROCESS_THREADS + 8 * i);
	if (!right(s, AT_NAME))
		return;
	w->of.process.index = 0;
	w->of.process.before = thread_head(s);
	read_thread(s, w->of.process.is.threads[0]);
}

static void on_thread(struct session *s)
{
	struct session_walk *w = &s->walk;
	struct kd_thread t = {
		.number = w->of.process.is.number,
		.index = w->of.process.index,
		.flink = field(s, AT_THREAD, KD_THREAD_LINKS),
		.blink = w->of.process.before,
	};
	bool last = w->of.process.index + 1 == KD_PROCESS_THREAD_COUNT;

	kd_process_thread(w->of.process.want, &t);
	if (!walk_same(s, s->old, w->of.process.want + AT_THREAD, READ,
		       "ETHREAD"))
		return;
	if ((t.flink == thread_head(s)) != last ||
	    (last && w->of.process.is.threads[1] != w->of.process.thread)) {
		walk_corrupt(s, "its threads are not %d",
			     KD_PROCESS_THREAD_COUNT);
		return;
	}
	w->of.process.index++;
	w->of.process.before = w->of.process.thread;
	if (last)
		read_piece(s, PART_VAD_ROOT, AT_VAD_ROOT);
	else
		read_thread(s, t.flink);
}

static void read_vad(struct session *s, uint64_t address)
{
	s->walk.of.process.vad = address;
	walk_read(s, PART_VAD, address, READ);
}

static void on_vad_root(struct session *s)
{
	struct session_walk *w = &s->walk;

	w->of.process.is.vad_root = field(s, AT_VAD_ROOT, KD_PROCESS_VAD_ROOT);
	if (!right(s, AT_VAD_ROOT))
		return;
	w->of.process.index = 0;
	w->of.process.before = 0;
	read_vad(s, w->of.process.is.vad_root);
}

static void read_table(struct session *s, uint64_t table, uint32_t level)
{
	uint64_t peb = kd_process_peb_at(s->walk.of.process.is.number);
	uint64_t index = peb >> (39 - 9 * level) & 0x1ff;

	s->walk.of.process.index = level;
	walk_read_physical(s, PART_TABLE, table + ENTRY * index, ENTRY);
}

/* One range on the way to the PEB's: it must lie where the search expects. */
static void on_vad(struct session *s)
{
	struct session_walk *w = &s->walk;
	uint32_t number = w->of.process.is.number;
	struct kd_vad v = { .number = number,
			    .index = w->of.process.index,
			    .parent = w->of.process.before };
	uint64_t page = kd_process_peb_at(number) / KD_PAGE_SIZE;
	uint64_t first, last, *way;

	kd_process_range(number, v.index, &first, &last);
	way = page < first ? &v.left : &v.right;
	if (page < first || page > last)
		*way = kd_load64(s->old +
				 (way == &v.left ? KD_VAD_LEFT : KD_VAD_RIGHT));
	kd_process_vad(w->of.process.want, &v);
	if (!walk_same(s, s->old, w->of.process.want, READ, "address range"))
		return;
	w->of.process.index++;
	w->of.process.before = w->of.process.vad;
	if (page < first || page > last)
		read_vad(s, *way);
	else
		read_table(s, w->of.process.is.cr3, 0);
}

/* An entry of a table: of the next one, or of the page. */
static void on_table(struct session *s)
{
	const uint64_t flags = KD_PAGE_PRESENT | KD_PAGE_WRITABLE |
			       KD_PAGE_USER;
	struct session_walk *w = &s->walk;
	uint32_t level = w->of.process.index;
	uint64_t peb = kd_process_peb_at(w->of.process.is.number);
	uint64_t entry = kd_load64(s->old);
	uint64_t next = entry & KD_PAGE_ADDRESS;

	if ((entry & ~KD_PAGE_ADDRESS) != flags)
		walk_corrupt(s,
			     "level %u of its page tables has 0x%llx for "
			     "0x%llx",
			     KD_PAGE_LEVELS - (unsigned)level,
			     (unsigned long long)entry,
			     (unsigned long long)peb);
	else if (level + 1 < KD_PAGE_LEVELS)
		read_table(s, next, level + 1);
	else
		walk_read_physical(s, PART_PAGE, next + peb % KD_PAGE_SIZE,
				   READ);
}

static void on_page(struct session *s)
{
	uint8_t *want = s->walk.of.process.want;

	kd_process_peb(want, s->walk.of.process.is.number);
	if (walk_same(s, s->old, want, READ, "PEB"))
		walk_on(s, FIRST_NUMBER);
}

static void on_read(struct session *s)
{
	switch (s->part) {
	case PART_SYSTEM: on_system(s); break;
	case PART_LINKS: on_links(s); break;
	case PART_HEADER: on_header(s); break;
	case PART_PEB: on_peb(s); break;
	case PART_NAME: on_process_name(s); break;
	case PART_THREAD: on_thread(s); break;
	case PART_VAD_ROOT: on_vad_root(s); break;
	case PART_VAD: on_vad(s); break;
	case PART_TABLE: on_table(s); break;
	case PART_PAGE: on_page(s); break;
	default: break;
	}
}

static void reply(struct session *s)
{
	if (s->part < WALK_OWN) {
		if (walk_found(s, WALK_PROCESSES))
			read_piece(s, PART_SYSTEM, AT_LINKS);
	} else if (walk_take(s)) {
		on_read(s);
	}
}

const struct step_ops process_list_ops = {
	.begin = walk_find,
	.op = op,
	.reply = reply,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
