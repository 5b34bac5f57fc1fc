/* SPDX-License-Identifier: MIT */
/* resolve: settings that are legal one by one, but not together. */
#include "bench/base/units.h"
#include "bench/launch/guest_params.h"
#include "bench/link/endpoint.h"
#include "bench/plan/resolve.h"

#define PAGE UINT64_C(0x1000)
#define LARGE_PAGE UINT64_C(0x200000)
#define MEMORY_MAX UINT64_C(0x80000000) /* of guest.memory */

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

/*
 * What a guest holds must fit into its memory. Blame what was written last: the
 * memory itself, or what made it too small.
 */
static bool check_memory(const struct resolver *r, const struct guest_config *g)
{
	static const struct err_where nowhere;
	static const char *const keys[] = {
		"guest.memory",  "guest.pattern",   "guest.scratch",
		"guest.modules", "guest.processes", "guest.functions"
	};
	uint64_t needed = guest_memory_needed(g);
	const char *blame = keys[0];
	char text[UNITS_TEXT_MAX];
	const struct value *v;
	bool axis;

	if (g->memory_size >= needed)
		return true;
	for (size_t i = 1; i < ARRAY_SIZE(keys); i++) {
		if (resolve_layer(r, keys[i]) > resolve_layer(r, blame))
			blame = keys[i];
	}
	v = resolve_find(r, blame, &axis);
	units_exact(UNIT_SIZE, needed, text);
	err_at(r->err, v ? v->where : nowhere,
	       "'guest.memory' is too small for guest.pattern, guest.scratch, "
	       "guest.modules, guest.processes and guest.functions, which need "
	       "%s",
	       text);
	if (needed > MEMORY_MAX)
		return err_hint(r->err, "ask for less: there is no guest of "
					"more than 2GiB");
	return err_hint(r->err, "write guest.memory: %s", text);
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
	if (g->memory_size > MEMORY_MAX)
		return wrong(r, "guest.memory",
			     "is more than kdbench's own guest can use") ||
		       err_hint(r->err, "write at most 2GiB");
	if (!check_multiple(r, "guest.memory", g->memory_size, LARGE_PAGE))
		return false;
	return check_memory(r, g);
}

static uint64_t most_frames(const struct step *steps, size_t count)
{
	uint64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t frames = steps[i].kind == STEP_STACK_WALK
					  ? steps[i].frames
					  : most_frames(steps[i].steps,
							steps[i].step_count);

		most = frames > most ? frames : most;
	}
	return most;
}

bool resolve_check_steps(const struct resolver *r, const struct cell *cell)
{
	uint64_t frames = most_frames(cell->steps, cell->step_count);

	if (cell->transport.kind == TRANSPORT_ATTACH ||
	    guest_is_external(&cell->guest) || frames <= cell->guest.functions)
		return true;
	wrong(r, "guest.functions",
	      arena_printf(r->arena,
			   "is %llu, and a stack-walk wants a stack of %llu",
			   (unsigned long long)cell->guest.functions,
			   (unsigned long long)frames));
	return err_hint(r->err, "write 'guest.functions: 2550', of which a "
				"search takes 8 reads");
}
