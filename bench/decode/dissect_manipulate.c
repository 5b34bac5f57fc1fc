/* SPDX-License-Identifier: MIT */
/* What trails a manipulate packet, and what registers look like there. */
#include "bench/decode/dissect.h"
#include "bench/kd/message.h"

/* Areas of register structures that no table lists. */
struct hole {
	uint16_t offset, len;
	uint8_t kind;
	const char *name;
};

static const struct hole context_amd64[] = {
	{ 0x100, 0x200, AREA_BYTES, "FltSave" },
	{ 0x300, 0x1a0, AREA_BYTES, "VectorRegister" },
	{ 0, 0, 0, NULL },
};
static const struct hole context_i386[] = {
	{ 0x1c, 0x70, AREA_BYTES, "FloatSave" },
	{ 0xcc, 0x200, AREA_BYTES, "ExtendedRegisters" },
	{ 0, 0, 0, NULL },
};
static const struct hole special_amd64[] = {
	{ 0x50, 6, AREA_PAD, "pad" },
	{ 0x60, 6, AREA_PAD, "pad" },
	{ 0, 0, 0, NULL },
};
static const struct hole special_i386[] = {
	{ 0x28, 2, AREA_PAD, "pad" },
	{ 0x30, 2, AREA_PAD, "pad" },
	{ 0x3c, 0x18, AREA_BYTES, "Reserved" },
	{ 0, 0, 0, NULL },
};

/* The structure begins at 'base', what is there of it at 'from'. */
static void add_holes(struct dissection *d, const struct hole *hole,
		      int64_t base, uint32_t from)
{
	for (; hole->name; hole++) {
		int64_t at = base + hole->offset;
		int64_t end = at + hole->len;

		if (at < (int64_t)from)
			at = from;
		if (end > at)
			dissect_area(d, (enum area_kind)hole->kind, hole->name,
				     (uint32_t)at, (uint32_t)(end - at));
	}
}

void dissect_context(struct dissection *d, int64_t base, uint32_t from)
{
	dissect_part(d, "context", &kd_context_layouts[d->arch], base, from);
	add_holes(d, d->arch == KD_I386 ? context_i386 : context_amd64, base,
		  from);
}

void dissect_special(struct dissection *d, int64_t base, uint32_t from)
{
	dissect_part(d, "special", &kd_special_layouts[d->arch], base, from);
	add_holes(d, d->arch == KD_I386 ? special_i386 : special_amd64, base,
		  from);
}

/* Whatever is longer than the structure at 'base'. */
static void excess(struct dissection *d, const struct packet *p, int64_t end)
{
	if (end < KD_MANIPULATE_SIZE)
		end = KD_MANIPULATE_SIZE;
	dissect_trailing(d, p, AREA_EXCESS, "excess", (uint32_t)end, 0);
}

/* An address that is small enough to be an offset; else far away. */
static int64_t small(uint64_t address)
{
	return address < 0x10000 ? (int64_t)address : 0x10000;
}

/* i386: an offset into KPROCESSOR_STATE, CONTEXT first (kd-protocol 6.3). */
static void control_i386(struct dissection *d, const struct packet *p,
			 uint64_t address)
{
	int64_t base = KD_MANIPULATE_SIZE - small(address);
	int64_t special = base + KD_I386_CONTEXT_SIZE;

	if (special > KD_MANIPULATE_SIZE)
		dissect_context(d, base, KD_MANIPULATE_SIZE);
	dissect_special(d, special, KD_MANIPULATE_SIZE);
	excess(d, p, special + KD_I386_SPECIAL_SIZE);
}

static void control(struct dissection *d, const struct packet *p,
		    uint64_t address)
{
	static const char *const names[] = { "KPCR", "KPRCB", NULL, "KTHREAD" };

	if (p->payload_len <= KD_MANIPULATE_SIZE)
		return;
	if (d->arch == KD_I386) {
		control_i386(d, p, address);
	} else if (address == KD_CONTROL_SPACE_SPECIAL) {
		dissect_special(d, KD_MANIPULATE_SIZE, KD_MANIPULATE_SIZE);
		excess(d, p, KD_MANIPULATE_SIZE + KD_SPECIAL_SIZE);
	} else if (address < KD_CONTROL_SPACE_COUNT) {
		dissect_trailing(d, p, AREA_QWORDS, names[address],
				 KD_MANIPULATE_SIZE, 8);
	} else {
		dissect_trailing(d, p, AREA_BYTES, "control space",
				 KD_MANIPULATE_SIZE, UINT32_MAX);
	}
}

static void context(struct dissection *d, const struct packet *p,
		    uint32_t offset)
{
	int64_t base = KD_MANIPULATE_SIZE - small(offset);

	if (p->payload_len <= KD_MANIPULATE_SIZE)
		return;
	dissect_context(d, base, KD_MANIPULATE_SIZE);
	excess(d, p, base + kd_context_sizes[d->arch]);
}

static void data(struct dissection *d, const struct packet *p)
{
	switch (d->number) {
	case KD_API_READ_CONTROL:
	case KD_API_WRITE_CONTROL:
		control(d, p, kd_load64(p->payload + KD_UNION_OFFSET));
		break;
	case KD_API_GET_CONTEXT_EX:
	case KD_API_SET_CONTEXT_EX:
		context(d, p, kd_load32(p->payload + KD_UNION_OFFSET));
		break;
	case KD_API_QUERY_SPECIAL_CALLS:
		dissect_trailing(d, p, AREA_QWORDS, "special calls",
				 KD_MANIPULATE_SIZE, UINT32_MAX);
		break;
	case KD_API_SEARCH_MEMORY:
	case KD_API_FILL_MEMORY:
		dissect_trailing(d, p, AREA_BYTES, "pattern",
				 KD_MANIPULATE_SIZE, UINT32_MAX);
		break;
	default:
		dissect_trailing(d, p, AREA_BYTES, "data", KD_MANIPULATE_SIZE,
				 UINT32_MAX);
	}
}

void dissect_manipulate(struct dissection *d, const struct packet *p)
{
	const struct kd_api_info *info = kd_api_find(d->number, d->arch);
	bool handles = d->number == KD_API_RESTORE_BREAKPOINT_EX;

	dissect_part(d, NULL, &kd_manipulate_layout, 0, 0);
	dissect_area(d, AREA_PAD, "pad", 0x0c, 4);
	dissect_area(d, AREA_UNION, "union", KD_UNION_OFFSET,
		     KD_MANIPULATE_SIZE - KD_UNION_OFFSET);
	if (!info)
		return;
	dissect_part(d, NULL, &info->fields, 0, 0);
	if (p->payload_len < KD_MANIPULATE_SIZE)
		return;
	switch (d->reply ? info->reply : info->request) {
	case KD_TRAILS_NOTHING:
		dissect_trailing(d, p, AREA_BYTES, "data", KD_MANIPULATE_SIZE,
				 0);
		break;
	case KD_TRAILS_BYTES: data(d, p); break;
	case KD_TRAILS_CONTEXT: context(d, p, 0); break;
	case KD_TRAILS_ELEMENTS:
		dissect_trailing(d, p,
				 handles ? AREA_HANDLES : AREA_BREAKPOINTS,
				 "breakpoints", KD_MANIPULATE_SIZE, UINT32_MAX);
		break;
	}
}
