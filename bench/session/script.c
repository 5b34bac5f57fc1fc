/* SPDX-License-Identifier: MIT */
/* Where the memory of a script lies, and which pointers must lie in it. */
#include "bench/session/script.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/units.h"
#include "bench/kd/kdbb.h"
#include "bench/session/script_order.h"

/* Of a page: who uses it, and where it lies. */
struct script_page {
	bool memory, breakpoint;
	uint32_t slot;
};

struct builder {
	struct script *s;
	struct arena *arena;
	struct err *err;
	struct script_page pages[SCRIPT_PAGES_MAX];
};

static const char *key_of(const struct script_row *row)
{
	return script_types[row->kind].key;
}

static bool has_place(const struct script_row *row)
{
	return script_types[row->kind].memory && !row->fails;
}

/* Bytes of memory that a row works on. */
static uint64_t length(const struct script_row *row)
{
	return row->kind == SCRIPT_WRITE_BREAKPOINT || row->kind == SCRIPT_QUERY
		       ? 1
		       : row->size;
}

static uint64_t width(const struct script_row *row)
{
	return row->bits ? 4 : 8;
}

/* "0x30", "-8", or nothing. */
static bool read_added(struct script_row *row, struct err *err)
{
	const char *text = row->add ? row->add : "0";
	bool negative = *text == '-';
	uint64_t value;

	if (units_read(UNIT_COUNT, text + negative, &value) != UNITS_OK ||
	    value >= SCRIPT_PAGES_MAX * SCRIPT_PAGE) {
		err_at(err, row->where, "'%s.add' cannot be '%s'", key_of(row),
		       text);
		return err_hint(err, "write a whole number such as 0x30 or -8");
	}
	row->added = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

/* The row that is called 'id', before row 'end'. */
static uint32_t find(const struct script *s, uint64_t id, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		if (s->rows[i].id == id)
			return (uint32_t)i;
	}
	return SCRIPT_NONE;
}

static bool check_source(const struct script_row *row,
			 const struct script_row *source, struct err *err)
{
	if (row->kind == SCRIPT_RESTORE_BREAKPOINT) {
		if (source->kind == SCRIPT_WRITE_BREAKPOINT && !source->fails)
			return true;
		err_at(err, row->where, "row %llu sets no breakpoint",
		       (unsigned long long)row->from);
		return err_hint(err, "name the 'id' of a write-breakpoint");
	}
	if (!script_types[source->kind].reads || source->fails ||
	    source->size > KD_DATA_MAX || row->at + width(row) > source->size) {
		err_at(err, row->where, "row %llu returns no pointer at %llu",
		       (unsigned long long)row->from,
		       (unsigned long long)row->at);
		return err_hint(err, "name the 'id' of a read, and where in "
				     "its data the pointer is");
	}
	return true;
}

/* Who depends on whom. */
static bool link_row(struct builder *b, size_t i)
{
	struct script_row *row = &b->s->rows[i];
	struct script_row *source;

	row->source = row->depends = row->sibling = SCRIPT_NONE;
	if (!read_added(row, b->err))
		return false;
	if (row->id && find(b->s, row->id, i) != SCRIPT_NONE)
		return err_at(b->err, row->where,
			      "another row before has the id %llu",
			      (unsigned long long)row->id);
	if (!row->from)
		return true;
	row->source = find(b->s, row->from, i);
	if (row->source == SCRIPT_NONE) {
		err_at(b->err, row->where, "no row before has the id %llu",
		       (unsigned long long)row->from);
		return err_hint(b->err, "write 'id: %llu' in it",
				(unsigned long long)row->from);
	}
	source = &b->s->rows[row->source];
	if (row->fails)
		return err_at(b->err, row->where,
			      "what fails takes its address from nowhere");
	if (!check_source(row, source, b->err))
		return false;
	row->sibling = source->depends;
	source->depends = (uint32_t)i;
	return true;
}

static bool check_size(struct builder *b, const struct script_row *row)
{
	if (row->kind == SCRIPT_UNSUPPORTED &&
	    !script_is_unsupported(row->number)) {
		err_at(b->err, row->where, "'unsupported.api' 0x%llx is known",
		       (unsigned long long)row->number);
		return err_hint(b->err, "such as 0x3151, PageIn");
	}
	if (row->kind == SCRIPT_RESTORE_BREAKPOINT && !row->from &&
	    !row->fails) {
		err_at(b->err, row->where, "'%s' does not say which one",
		       key_of(row));
		return err_hint(b->err, "write 'from: ID' of the row that set "
					"it, or 'fails: true'");
	}
	if (!has_place(row) || length(row) <= KD_DATA_MAX)
		return true;
	return err_at(b->err, row->where,
		      "'%s.size' must be at most %u, unless it fails",
		      key_of(row), KD_DATA_MAX);
}

static bool use_pages(struct builder *b, const struct script_row *row)
{
	uint64_t last;

	if (!has_place(row))
		return true;
	last = row->page + (row->offset + length(row) - 1) / SCRIPT_PAGE;
	if (last >= SCRIPT_PAGES_MAX)
		return err_at(b->err, row->where, "'%s' goes beyond page %u",
			      key_of(row), SCRIPT_PAGES_MAX - 1);
	for (uint64_t p = row->page; p <= last; p++) {
		if (row->kind == SCRIPT_WRITE_BREAKPOINT)
			b->pages[p].breakpoint = true;
		else
			b->pages[p].memory = true;
		if (!b->pages[p].breakpoint || !b->pages[p].memory)
			continue;
		err_at(b->err, row->where,
		       "page %llu has a breakpoint, which other rows "
		       "would see",
		       (unsigned long long)p);
		return err_hint(b->err, "give breakpoints a page of their own");
	}
	return true;
}

static bool used(const struct builder *b, uint64_t page)
{
	return page < SCRIPT_PAGES_MAX &&
	       (b->pages[page].memory || b->pages[page].breakpoint);
}

/* Pages with consecutive numbers: they stay side by side. */
struct run {
	uint64_t order;
	uint32_t first, count;
};

static int by_order(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static void begin_run(struct run *run, uint32_t page, uint64_t layout)
{
	*run = (struct run){ .order = layout ? hash_add(layout, page) : page,
			     .first = page,
			     .count = 1 };
}

static void place_pages(struct builder *b, uint64_t layout)
{
	struct run *runs = mem_array(SCRIPT_PAGES_MAX, sizeof(*runs));
	size_t count = 0;
	uint32_t slot = 0;

	for (uint32_t p = 0; p < SCRIPT_PAGES_MAX; p++) {
		if (!used(b, p))
			continue;
		if (p && used(b, p - 1))
			runs[count - 1].count++;
		else
			begin_run(&runs[count++], p, layout);
	}
	qsort(runs, count, sizeof(*runs), by_order);
	for (size_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < runs[i].count; k++)
			b->pages[runs[i].first + k].slot = slot++;
	}
	b->s->pages = slot;
	free(runs);
}

static int by_place(const void *a, const void *b)
{
	const struct script_pointer *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static void add_pointers(struct builder *b)
{
	struct script *s = b->s;

	s->pointers =
		arena_alloc(b->arena, (s->count + 1) * sizeof(*s->pointers));
	for (size_t i = 0; i < s->count; i++) {
		const struct script_row *row = &s->rows[i];

		if (row->source == SCRIPT_NONE || !has_place(row))
			continue;
		s->pointers[s->pointer_count++] = (struct script_pointer){
			.place = s->rows[row->source].place + row->at,
			.to = row->place - (uint64_t)row->added,
			.len = (uint8_t)width(row),
			.row = (uint32_t)i,
		};
	}
	qsort(s->pointers, s->pointer_count, sizeof(*s->pointers), by_place);
}

/* The same pointer may serve several rows; no two others may overlap. */
static bool settle_pointers(struct builder *b)
{
	struct script *s = b->s;
	size_t count = 0;

	for (size_t i = 0; i < s->pointer_count; i++) {
		const struct script_pointer *p = &s->pointers[i];
		const struct script_pointer *last =
			count ? &s->pointers[count - 1] : NULL;

		if (last && p->place == last->place && p->to == last->to &&
		    p->len == last->len)
			continue;
		if (last && p->place < last->place + last->len) {
			err_at(b->err, s->rows[p->row].where,
			       "its pointer lies where that of line %u lies, "
			       "and is another",
			       s->rows[last->row].where.line);
			return err_hint(b->err, "leave out 'from' in one of "
						"them");
		}
		s->pointers[count++] = *p;
	}
	s->pointer_count = count;
	return true;
}

static bool build(struct builder *b, uint64_t layout)
{
	struct script *s = b->s;

	for (size_t i = 0; i < s->count; i++) {
		if (!check_size(b, &s->rows[i]) || !link_row(b, i) ||
		    !use_pages(b, &s->rows[i]))
			return false;
	}
	place_pages(b, layout);
	for (size_t i = 0; i < s->count; i++) {
		struct script_row *row = &s->rows[i];

		if (has_place(row))
			row->place = (uint64_t)b->pages[row->page].slot *
					     SCRIPT_PAGE +
				     row->offset;
	}
	add_pointers(b);
	s->events = arena_alloc(b->arena, s->count * sizeof(*s->events));
	if (!settle_pointers(b) || !script_order(s, b->err))
		return false;
	s->region_size = s->pages * SCRIPT_PAGE +
			 s->events_max * KDBB_EVENT_SIZE;
	s->region_size = (s->region_size + SCRIPT_PAGE - 1) / SCRIPT_PAGE *
			 SCRIPT_PAGE;
	return true;
}

bool script_build(struct script *s, uint64_t layout, struct arena *arena,
		  struct err *err)
{
	struct builder *b = mem_alloc(sizeof(*b));
	bool ok;

	b->s = s;
	b->arena = arena;
	b->err = err;
	ok = build(b, layout);
	free(b);
	return ok;
}

uint64_t script_word(uint64_t key, uint64_t place)
{
	return hash_pattern(key, place / SCRIPT_PAGE);
}

/* The first pointer that ends behind 'place'. */
static size_t first_pointer(const struct script *s, uint64_t place)
{
	size_t low = 0, high = s->pointer_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->pointers[mid].place + s->pointers[mid].len > place)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

void script_expect(const struct script *s, uint64_t key, uint64_t base,
		   uint64_t place, uint8_t *to, uint64_t len)
{
	uint64_t word = script_word(key, place);

	for (uint64_t i = 0; i < len; i++) {
		if ((place + i) % SCRIPT_PAGE == 0)
			word = script_word(key, place + i);
		to[i] = (uint8_t)(word >> 8 * ((place + i) % 8));
	}
	for (size_t i = first_pointer(s, place); i < s->pointer_count; i++) {
		const struct script_pointer *p = &s->pointers[i];

		if (p->place >= place + len)
			break;
		for (uint64_t k = 0; k < p->len; k++) {
			uint64_t at = p->place + k;

			if (at >= place && at < place + len)
				to[at - place] =
					(uint8_t)((base + p->to) >> 8 * k);
		}
	}
}
