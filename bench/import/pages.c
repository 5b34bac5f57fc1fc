/* SPDX-License-Identifier: MIT */
/* Each page of the capture becomes a page of the script. */
#include <stdlib.h>

#include "bench/import/walk.h"
#include "bench/kd/kdbb.h"

struct page {
	enum import_space space;
	uint64_t number; /* in the capture */
	uint64_t script;
};

static int by_number(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static uint64_t last_page(const struct import_row *r)
{
	uint64_t size = r->row.size ? r->row.size : 1;

	return (r->address + size - 1) / SCRIPT_PAGE;
}

static size_t collect(const struct import *im, struct page *pages)
{
	enum import_space space;
	size_t count = 0, unique = 0;

	for (size_t i = 0; i < im->count; i++) {
		const struct import_row *r = &im->rows[i];
		uint64_t first = r->address / SCRIPT_PAGE;

		if (!import_space(r, &space))
			continue;
		pages[count++] = (struct page){ space, first, 0 };
		/* At the end of all addresses the next one is the first. */
		if (last_page(r) != first)
			pages[count++] = (struct page){ space, first + 1, 0 };
	}
	qsort(pages, count, sizeof(*pages), by_number);
	for (size_t i = 0; i < count; i++) {
		if (!i || by_number(&pages[i], &pages[unique - 1]) != 0)
			pages[unique++] = pages[i];
	}
	return unique;
}

/* Neighbours stay neighbours; others, if there is room, have a gap. */
static void number(struct page *pages, size_t count)
{
	uint64_t step = 2 * count <= SCRIPT_PAGES_MAX ? 2 : 1;

	for (size_t i = 1; i < count; i++) {
		bool next = pages[i].space == pages[i - 1].space &&
			    pages[i].number == pages[i - 1].number + 1;

		pages[i].script = pages[i - 1].script + (next ? 1 : step);
	}
}

void import_pages(struct import *im)
{
	struct page *pages = mem_array(2 * im->count + 1, sizeof(*pages));
	size_t count = collect(im, pages);

	number(pages, count);
	im->pages = count;
	for (size_t i = 0; i < im->count; i++) {
		struct import_row *r = &im->rows[i];
		struct page key = { .number = r->address / SCRIPT_PAGE };
		const struct page *page;

		if (!import_space(r, &key.space))
			continue;
		page = bsearch(&key, pages, count, sizeof(*pages), by_number);
		r->row.page = page->script;
		r->row.offset = r->address % SCRIPT_PAGE;
	}
	free(pages);
}

uint64_t import_region(const struct import *im)
{
	uint64_t size = im->pages * SCRIPT_PAGE;

	for (size_t i = 0; i < im->count; i++)
		size += im->rows[i].row.kind >= SCRIPT_PRINT ? KDBB_EVENT_SIZE
							     : 0;
	return (size + SCRIPT_PAGE - 1) / SCRIPT_PAGE * SCRIPT_PAGE;
}
