/* SPDX-License-Identifier: MIT */
/*
 * Which address came out of which reply. A debugger knows where to read next
 * from what it read before: if that holds the address, or one shortly before or
 * behind it, it is taken from there. The nearest wins, and of these the latest.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/import/walk.h"
#include "bench/kd/wire.h"

/* Farther than this it points to something else. */
#define NEAR 0xfff

/* What is below is a number rather than an address. */
#define ADDRESS_MIN UINT64_C(0x10000)

/* Bytes of replies that are looked through for one row. */
#define LOOK_BACK (1u << 18)

/* A pointer that is taken, by its place in the capture's memory. */
struct taken {
	enum import_space space, to_space;
	uint64_t place, to; /* 'to': what the capture's pointer says */
	uint64_t page;      /* of the row that uses it */
	unsigned width;
};

struct finder {
	struct import *im;
	struct taken *taken; /* owned */
	size_t count;
};

struct found {
	size_t row;
	uint64_t at;
	int64_t add;
	unsigned width;
};

bool import_space(const struct import_row *r, enum import_space *space)
{
	if (!script_types[r->row.kind].memory || r->row.fails)
		return false;
	*space = SPACE_VIRTUAL;
	if (r->row.kind == SCRIPT_READ_PHYSICAL ||
	    r->row.kind == SCRIPT_WRITE_PHYSICAL)
		*space = SPACE_PHYSICAL;
	else if (r->row.kind == SCRIPT_WRITE_BREAKPOINT)
		*space = SPACE_BREAKPOINT;
	return true;
}

static int64_t away(const struct import_row *r, uint64_t value, unsigned width)
{
	uint64_t by = r->address - value;

	return width == 8 ? (int64_t)by : (int32_t)(uint32_t)by;
}

/*
 * May a pointer be planted there? Two rows can share one if it says the same
 * and they use the same page, since pages move.
 */
static bool is_free(const struct finder *f, const struct import_row *row,
		    const struct found *it)
{
	const struct import_row *source = &f->im->rows[it->row];
	uint64_t place = source->address + it->at;
	enum import_space space = SPACE_VIRTUAL, to = SPACE_VIRTUAL;

	import_space(source, &space);
	import_space(row, &to);
	for (size_t i = 0; i < f->count; i++) {
		const struct taken *t = &f->taken[i];

		if (t->space != space || place >= t->place + t->width ||
		    t->place >= place + it->width)
			continue;
		if (t->place != place || t->width != it->width ||
		    t->to != row->address - (uint64_t)it->add ||
		    t->to_space != to || t->page != row->address / SCRIPT_PAGE)
			return false;
	}
	return true;
}

static uint64_t distance(int64_t add)
{
	return add < 0 ? (uint64_t)0 - (uint64_t)add : (uint64_t)add;
}

/* Look through one reply; true: this is it, nothing can be nearer. */
static bool look(const struct finder *f, const struct import_row *row,
		 size_t at_row, unsigned width, uint64_t near,
		 struct found *best)
{
	const struct import_row *r = &f->im->rows[at_row];

	/* Pointers lie at multiples of four, at least. */
	for (size_t at = (size_t)-r->address % 4; at + width <= r->data_len;
	     at += 4) {
		uint64_t value = width == 8 ? kd_load64(r->data + at)
					    : kd_load32(r->data + at);
		struct found it = { at_row, at, away(row, value, width),
				    width };

		if (value < ADDRESS_MIN || distance(it.add) > near ||
		    (best->width && distance(it.add) >= distance(best->add)) ||
		    !is_free(f, row, &it))
			continue;
		*best = it;
		if (!it.add)
			return true;
	}
	return false;
}

static bool find(const struct finder *f, size_t row, unsigned width,
		 uint64_t near, struct found *best)
{
	size_t looked = 0;

	*best = (struct found){ 0 };
	for (size_t i = row; i > 0 && looked < LOOK_BACK; i--) {
		looked += f->im->rows[i - 1].data_len;
		if (f->im->rows[i - 1].data_len &&
		    look(f, &f->im->rows[row], i - 1, width, near, best))
			break;
	}
	return best->width != 0;
}

static void depend(struct finder *f, size_t i)
{
	struct import_row *row = &f->im->rows[i];
	bool i386 = f->im->arch == KD_I386;
	enum import_space space, from = SPACE_VIRTUAL;
	struct found it;

	if (!import_space(row, &space) || row->address < ADDRESS_MIN)
		return;
	if (!find(f, i, i386 ? 4 : 8, NEAR, &it) &&
	    (i386 || row->address > UINT32_MAX || !find(f, i, 4, 0, &it)))
		return;
	import_space(&f->im->rows[it.row], &from);
	f->taken[f->count++] = (struct taken){
		.space = from,
		.to_space = space,
		.place = f->im->rows[it.row].address + it.at,
		.to = row->address - (uint64_t)it.add,
		.page = row->address / SCRIPT_PAGE,
		.width = it.width,
	};
	row->source = (uint32_t)it.row;
	row->row.at = it.at;
	row->row.bits = it.width == 4;
	row->row.added = it.add;
	f->im->dependent++;
}

void import_depend(struct import *im)
{
	struct finder f = {
		.im = im,
		.taken = mem_array(im->count + 1, sizeof(struct taken)),
	};

	for (size_t i = 0; i < im->count; i++)
		depend(&f, i);
	free(f.taken);
}
