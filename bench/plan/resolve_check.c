/* SPDX-License-Identifier: MIT */
/* resolve: settings that are legal one by one, but not together. */
#include "bench/base/units.h"
#include "bench/link/endpoint.h"
#include "bench/plan/resolve.h"

#define PAGE UINT64_C(0x1000)
#define LARGE_PAGE UINT64_C(0x200000)
#define GUEST_MEMORY_LIMIT (UINT64_C(1) << 31)

/* Fail where the setting was written. */
static bool wrong(const struct resolver *r, const char *key, const char *what)
{
	static const struct err_where nowhere;
	bool axis;
	const struct value *v = resolve_find(r, key, &axis);

	return err_at(r->err, v ? v->where : nowhere, "'%s' %s", key, what);
}

static bool check_multiple(const struct resolver *r, const char *key,
			   uint64_t value, uint64_t of)
{
	char text[UNITS_TEXT_MAX];

	if (value % of == 0)
		return true;
	return wrong(r, key,
		     arena_printf(r->arena, "must be a multiple of %s",
				  units_exact(UNIT_SIZE, of, text)));
}

/* Where the target is, unless nothing will be run without it anyway. */
static bool check_address(const struct resolver *r, const struct cell *cell)
{
	const char *address = cell->transport.attach.address;
	struct endpoint e;
	struct err mistake = { 0 };

	if (!address || !*address) {
		if (cell->scenario->skip_reason)
			return true;
		wrong(r, "transport",
		      "is an attached target, and there is no "
		      "address");
		return err_hint(r->err, "add transport.address, or run with "
					"--attach unix:PATH");
	}
	if (!endpoint_parse(&e, address, &mistake)) {
		wrong(r, "transport.address",
		      arena_printf(r->arena, "is wrong: %s", mistake.text));
		return err_hint(r->err, "%s", mistake.hint);
	}
	if (e.kind == ENDPOINT_PTY && !*e.name) {
		wrong(r, "transport.address", "does not say which pty");
		return err_hint(r->err, "write pty:PATH");
	}
	return true;
}

/* Bytes of each ring; 0: it has none. */
static uint64_t ring_size(const struct transport_config *t)
{
	switch (t->kind) {
	case TRANSPORT_IVSHMEM: return t->ivshmem.size;
	case TRANSPORT_NATIVE: return t->native.size;
	default: return 0;
	}
}

bool resolve_check(const struct resolver *r, const struct cell *cell)
{
	const struct guest_config *g = &cell->guest;
	uint64_t ring = ring_size(&cell->transport);

	if (!check_multiple(r, "guest.pattern", g->pattern_size, PAGE) ||
	    !check_multiple(r, "guest.scratch", g->scratch_size, PAGE))
		return false;
	if (cell->transport.kind == TRANSPORT_ATTACH)
		return check_address(r, cell);
	if (ring & (ring - 1)) {
		wrong(r, "transport.size", "must be a power of two");
		return err_hint(r->err, "write 64KiB, 128KiB and so on");
	}
	if (!transport_types[cell->transport.kind].needs_qemu ||
	    guest_is_external(g))
		return true;
	if (g->memory_size > GUEST_MEMORY_LIMIT)
		return wrong(r, "guest.memory",
			     "is more than kdbench's own guest can use") ||
		       err_hint(r->err, "write at most 2GiB");
	if (!check_multiple(r, "guest.memory", g->memory_size, LARGE_PAGE))
		return false;
	/* The kernel and its tables take the first two large pages. */
	if (g->memory_size < 2 * LARGE_PAGE + g->pattern_size + g->scratch_size)
		return wrong(r, "guest.memory",
			     "is too small for guest.pattern and "
			     "guest.scratch");
	return true;
}
