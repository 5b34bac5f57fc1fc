/* SPDX-License-Identifier: MIT */
/*
 * An image of many small functions, with the table and the data by which their
 * stack can be unwound, in the loader's list as a driver would be; and a stack
 * to run them on. A debugger comes to the table as WinDbg does: the module that
 * holds the program counter, its PE header, the exception directory.
 */
#include "bench/base/hash.h"
#include "bench/kd/image.h"
#include "bench/kd/windows.h"
#include "bench/kd/wire.h"
#include "bench/kd/world_code.h"

/* What the seed draws. */
enum { DRAW_SHIFT, DRAW_ORDER, DRAW_SECTIONS, DRAW_LIST, DRAW_INFO };

#define PAGE KD_WORLD_PAGE
#define SHIFT_MAX 16 /* pages by which all of it may begin later */
#define ALIGN 16     /* of a function */
#define INT3 0xcc

/* Behind a table's end there is still as much as one read takes. */
#define READ_SLACK 128

/* A stack has room below for whom it is interrupted by, and above it. */
#define STACK_BELOW PAGE
#define STACK_ABOVE 512

#define ENTRY_NAMES 0xa0 /* behind the entry */

static uint64_t draw(const struct kd_world *w, uint64_t what, uint64_t count)
{
	return w->layout && count
		       ? hash_add(hash_add(w->layout, ~what), count) % count
		       : 0;
}

static uint32_t round_up(uint32_t bytes, uint32_t to)
{
	return (bytes + to - 1) / to * to;
}

/* --- where all of it is ----------------------------------------------------
 */

static uint32_t text_size(const struct kd_world *w)
{
	uint32_t size = 0;

	for (uint64_t i = 0; i < w->functions; i++)
		size += round_up(world_code_size(w, i), ALIGN);
	return size;
}

/* Of as many frames as there can be, one within the other. */
static uint64_t stack_size(const struct kd_world *w)
{
	struct world_code c;
	uint64_t size = STACK_BELOW + STACK_ABOVE;

	for (uint64_t n = 0; n < w->functions && n < KD_WORLD_DEPTH_MAX; n++) {
		world_code_make(&c, w, world_code_index(w, n), n);
		size += c.return_at + 8;
	}
	return (size + PAGE - 1) / PAGE * PAGE;
}

/* Code first, or what tells of it. */
static void place_sections(struct world_places *p, const struct kd_world *w)
{
	uint32_t text = round_up(text_size(w) + READ_SLACK, PAGE);
	uint32_t table =
		round_up(w->functions * KD_FUNCTION_SIZE + READ_SLACK, PAGE);
	uint32_t infos =
		round_up(w->functions * WORLD_INFO_MAX + READ_SLACK, PAGE);

	p->text = PAGE;
	p->table = p->text + text;
	p->infos = p->table + table;
	if (draw(w, DRAW_SECTIONS, 2)) {
		p->infos = PAGE;
		p->table = p->infos + infos;
		p->text = p->table + table;
	}
	p->image_size = PAGE + text + table + infos;
}

void world_code_places(struct world_places *p, const struct kd_world *w,
		       uint64_t first)
{
	enum { ENTRY, IMAGE, STACK, PIECES };
	uint64_t sizes[PIECES] = { [ENTRY] = PAGE };
	uint64_t at[PIECES];
	uint64_t next = PAGE * (first + draw(w, DRAW_SHIFT, SHIFT_MAX + 1));
	uint64_t turn = draw(w, DRAW_ORDER, PIECES);

	place_sections(p, w);
	sizes[IMAGE] = p->image_size;
	sizes[STACK] = stack_size(w);
	p->pages = SHIFT_MAX;
	for (unsigned i = 0; i < PIECES; i++) {
		unsigned piece = (unsigned)(i + turn) % PIECES;

		at[piece] = next;
		next += sizes[piece];
		p->pages += sizes[piece] / PAGE;
	}
	p->entry = at[ENTRY];
	p->image = at[IMAGE];
	p->bottom = at[STACK];
	p->top = at[STACK] + sizes[STACK] - STACK_ABOVE;
}

uint64_t kd_world_functions_pages(const struct kd_world *w)
{
	struct world_places p;

	if (!w->functions)
		return 0;
	world_code_places(&p, w, 0);
	return p.pages;
}

/* --- the image -------------------------------------------------------------
 */

struct builder {
	const struct kd_world *w;
	struct world_places p;
	uint8_t *image;
};

static uint8_t *function_at(const struct builder *b, uint64_t index)
{
	return b->image + b->p.table + KD_FUNCTION_SIZE * index;
}

/* By address, as the table must be; the data it names is in another order. */
static void build_table(const struct builder *b)
{
	uint32_t rva = b->p.text;

	for (uint64_t i = 0; i < b->w->functions; i++) {
		uint64_t info =
			kd_world_order(b->w, DRAW_INFO, i, b->w->functions);
		uint32_t size = world_code_size(b->w, i);
		uint8_t *at = function_at(b, i);

		kd_store32(at, rva);
		kd_store32(at + 4, rva + size);
		kd_store32(at + 8,
			   b->p.infos + (uint32_t)(WORLD_INFO_MAX * info));
		rva += round_up(size, ALIGN);
	}
}

/* The innermost says that it stops by a call of its own, where there is one. */
static void put_call(const struct builder *b, struct world_code *c,
		     uint32_t begin, uint64_t number)
{
	uint8_t *call = c->bytes + c->behind_call - WORLD_CALL_SIZE;
	uint64_t from = b->w->base + b->p.image + begin + c->behind_call;
	uint64_t to = b->w->break_call;

	if (number)
		to = b->w->base + b->p.image +
		     kd_load32(function_at(b,
					   world_code_index(b->w, number - 1)));
	if (!to)
		return;
	call[0] = 0xe8;
	kd_store32(call + 1, (uint32_t)(to - from));
}

static void build_functions(const struct builder *b)
{
	struct world_code c;
	struct kd_function f;

	__builtin_memset(b->image + b->p.text, INT3, text_size(b->w));
	for (uint64_t n = 0; n < b->w->functions; n++) {
		uint64_t index = world_code_index(b->w, n);

		world_code_make(&c, b->w, index, n);
		kd_function_load(&f, function_at(b, index));
		put_call(b, &c, f.begin, n);
		__builtin_memcpy(b->image + f.begin, c.bytes, c.size);
		__builtin_memcpy(b->image + f.info, c.info, sizeof(c.info));
	}
}

static void build_image(const struct builder *b)
{
	uint64_t base = b->w->base + b->p.image;
	uint8_t *directory;

	kd_identity_image(b->image, base, b->p.image_size);
	directory = b->image + kd_load32(b->image + KD_IMAGE_NEW_HEADER) +
		    KD_IMAGE_EXPORTS + 8 * KD_DIRECTORY_EXCEPTION;
	kd_store32(directory, b->p.table);
	kd_store32(directory + 4, b->w->functions * KD_FUNCTION_SIZE);
	build_table(b);
	build_functions(b);
}

/* --- the loader's list -----------------------------------------------------
 */

/* What may be linked with what: the identity, and all of this. */
struct memory {
	const struct kd_world *w;
	uint8_t *area;
	uint64_t area_size;
	const struct kd_identity *id;
	uint8_t *identity;
};

/* A list entry, or NULL. */
static uint8_t *links_at(const struct memory *m, uint64_t address)
{
	if (address - m->id->base <= KD_IDENTITY_SIZE - 16)
		return m->identity + (address - m->id->base);
	if (address - m->w->base <= m->area_size - 16)
		return m->area + (address - m->w->base);
	return NULL;
}

static uint64_t list_head(const struct kd_identity *id)
{
	struct kd_manipulate m = { 0 };

	kd_identity_version(id, &m);
	return m.u.version.module_list;
}

/* Behind some of the others; the first one is the kernel, as clients expect. */
static void link_entry(const struct memory *m, uint64_t entry)
{
	uint64_t head = list_head(m->id), at = head, next;
	uint64_t behind = m->w->layout
				  ? 1 + draw(m->w, DRAW_LIST, m->w->modules)
				  : m->w->modules;

	for (uint64_t i = 0; i < behind; i++) {
		next = kd_load64(links_at(m, at));
		if (next == head || !links_at(m, next))
			break;
		at = next;
	}
	next = kd_load64(links_at(m, at));
	if (!links_at(m, next))
		return;
	kd_store64(links_at(m, entry), next);
	kd_store64(links_at(m, entry) + KD_LIST_BLINK, at);
	kd_store64(links_at(m, at), entry);
	kd_store64(links_at(m, next) + KD_LIST_BLINK, entry);
}

/* A UNICODE_STRING whose characters are put at 'to'; returns their bytes. */
static uint32_t put_name(uint8_t *string, uint8_t *to, uint64_t seen_at,
			 const char *text)
{
	uint32_t len = 0;

	for (; text[len]; len++)
		kd_store16(to + 2 * len, (uint8_t)text[len]);
	kd_store16(string, (uint16_t)(2 * len));
	kd_store16(string + 2, (uint16_t)(2 * len + 2));
	kd_store64(string + 8, seen_at);
	return 2 * len + 2;
}

static void build_entry(const struct builder *b, uint8_t *entry)
{
	uint64_t base = b->w->base + b->p.image;
	uint64_t seen_at = b->w->base + b->p.entry;
	uint32_t at = ENTRY_NAMES;

	kd_store64(entry + KD_ENTRY_BASE, base);
	kd_store64(entry + KD_ENTRY_POINT, base + b->p.text);
	kd_store32(entry + KD_ENTRY_IMAGE_SIZE, b->p.image_size);
	kd_store16(entry + KD_ENTRY_LOAD_COUNT, 1);
	kd_store32(entry + KD_ENTRY_TIME_STAMP, KD_IDENTITY_TIME_STAMP);
	at += put_name(entry + KD_ENTRY_FULL_NAME, entry + at, seen_at + at,
		       "\\SystemRoot\\system32\\drivers\\functions.sys");
	(void)put_name(entry + KD_ENTRY_BASE_NAME, entry + at, seen_at + at,
		       "functions.sys");
}

void kd_world_functions(const struct kd_world_part *part,
			const struct kd_identity *id, uint8_t *identity)
{
	struct builder b = { .w = part->world };
	const struct memory m = {
		.w = part->world,
		.area = part->area,
		.area_size = KD_WORLD_PAGE * (part->first + part->pages),
		.id = id,
		.identity = identity,
	};

	if (!b.w->functions)
		return;
	world_code_places(&b.p, b.w, part->first);
	b.image = part->area + b.p.image;
	build_image(&b);
	build_entry(&b, part->area + b.p.entry);
	link_entry(&m, b.w->base + b.p.entry);
}
