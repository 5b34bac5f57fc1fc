/* SPDX-License-Identifier: MIT */
/* script: is what a row was answered with what must come? */
#include "bench/session/script_play.h"

#include <string.h>

void script_wrong(struct session *s, enum verdict verdict, const char *what)
{
	const struct script_row *row = script_row(s);

	session_end(s, verdict, "step '%s': row %u, '%s', in line %u: %s",
		    s->step->name, (unsigned)s->script.row + 1,
		    script_types[row->kind].key, row->where.line, what);
}

/* Pointers that came: kept for the rows that follow them. */
static bool keep_pointers(struct session *s, const struct script_row *row,
			  struct kd_span data)
{
	const struct script *script = s->step->script;
	uint32_t next;

	for (uint32_t i = row->depends; i != SCRIPT_NONE; i = next) {
		const struct script_row *later = &script->rows[i];
		uint64_t want = s->target.scratch + later->place -
				(uint64_t)later->added;
		uint64_t have;

		next = later->sibling;
		if (later->at + (later->bits ? 4 : 8) > data.len) {
			script_wrong(s, VERDICT_GAVE_UP,
				     "the target returns less than the "
				     "pointer in it (target.read-max)");
			return false;
		}
		have = later->bits ? kd_load32(data.at + later->at) |
					     (want & ~(uint64_t)UINT32_MAX)
				   : kd_load64(data.at + later->at);
		if (have != want) {
			script_wrong(s, VERDICT_CORRUPT,
				     "a pointer in it is wrong, in a packet "
				     "whose checksum was right");
			return false;
		}
		s->script.told[i] = have;
	}
	return true;
}

static bool check_read(struct session *s, const struct script_row *row)
{
	const struct kd_manipulate *r = &s->d->reply;
	struct kd_span data = kd_debugger_data(s->d);
	uint64_t want = s->target.scratch + row->place;

	if (r->u.memory.actual < data.len)
		data.len = r->u.memory.actual;
	if (!data.len || data.len > row->size || r->u.memory.address != want) {
		script_wrong(s, VERDICT_CORRUPT,
			     "the reply is not of what was asked for");
		return false;
	}
	script_expect(s->step->script, s->script.key, s->target.scratch,
		      row->place, s->data, data.len);
	if (memcmp(s->data, data.at, data.len) != 0) {
		script_wrong(s, VERDICT_CORRUPT,
			     "other bytes came than lie there, in a packet "
			     "whose checksum was right");
		return false;
	}
	s->script.payload += data.len;
	return keep_pointers(s, row, data);
}

static bool check_write(struct session *s, const struct script_row *row)
{
	if (s->d->reply.u.memory.actual != row->size) {
		script_wrong(s, VERDICT_CORRUPT, "not all of it was written");
		return false;
	}
	s->script.payload += row->size;
	return true;
}

/* Registers; what was read can be written back. */
static bool check_registers(struct session *s, const struct script_row *row)
{
	struct kd_span data = kd_debugger_data(s->d);
	bool context = row->kind != SCRIPT_READ_CONTROL;
	uint64_t want = row->size;

	if (row->kind == SCRIPT_GET_CONTEXT)
		want = KD_CONTEXT_SIZE;
	if (!context && row->number != KD_CONTROL_SPACE_SPECIAL && want > 8)
		want = 8; /* a pointer */
	if (data.len != want) {
		script_wrong(s, VERDICT_CORRUPT,
			     "registers of another length came");
		return false;
	}
	if (context && want == KD_CONTEXT_SIZE) {
		memcpy(s->saved, data.at, want);
		s->script.registers = true;
	} else if (!context && want == KD_SPECIAL_SIZE) {
		memcpy(s->old, data.at, want);
		s->script.special = true;
	}
	return true;
}

/* The handle of a breakpoint, for whoever clears it. */
static bool keep_handle(struct session *s, const struct script_row *row)
{
	const struct script *script = s->step->script;
	uint32_t handle = s->d->reply.u.write_breakpoint.handle;

	for (uint32_t i = row->depends; i != SCRIPT_NONE;
	     i = script->rows[i].sibling)
		s->script.told[i] = handle;
	return true;
}

static bool check_status(struct session *s, const struct script_row *row)
{
	bool ok = kd_status_ok(s->d->reply.status);
	bool refused = row->fails || row->kind == SCRIPT_UNSUPPORTED;

	if (ok != refused)
		return true;
	script_wrong(s, VERDICT_GAVE_UP,
		     ok ? "it succeeded, and should fail"
			: "the target refused it");
	return false;
}

bool script_check(struct session *s)
{
	const struct script_row *row = script_row(s);

	if (!check_status(s, row))
		return false;
	if (row->fails)
		return true;
	switch ((enum script_kind)row->kind) {
	case SCRIPT_READ:
	case SCRIPT_READ_PHYSICAL: return check_read(s, row);
	case SCRIPT_WRITE:
	case SCRIPT_WRITE_PHYSICAL: return check_write(s, row);
	case SCRIPT_GET_CONTEXT:
	case SCRIPT_GET_CONTEXT_EX:
	case SCRIPT_READ_CONTROL: return check_registers(s, row);
	case SCRIPT_WRITE_BREAKPOINT: return keep_handle(s, row);
	default: return true;
	}
}
