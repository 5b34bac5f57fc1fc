/* SPDX-License-Identifier: MIT */
/* script: what its rows ask, and what they need before they can. */
#include "bench/session/script_play.h"

#include <string.h>

/* What no target of ours has: a piece, a space. */
#define NO_OFFSET (KD_CONTEXT_SIZE + 1)
#define NO_SELECTOR 0xffff

const struct script_row *script_row(const struct session *s)
{
	return &s->step->script->rows[s->script.row];
}

static uint64_t region(const struct session *s)
{
	return s->target.scratch;
}

bool script_plant(struct session *s)
{
	const struct script *script = s->step->script;
	uint64_t i = s->script.planted++;
	struct kd_manipulate m = {
		.api = KD_API_FILL_MEMORY,
		.u.fill = { .flags = KD_FILL_VIRTUAL,
			    .length = SCRIPT_PAGE,
			    .pattern_len = 8 },
	};
	uint8_t word[8];

	if (i < script->pages) {
		m.u.fill.address = region(s) + i * SCRIPT_PAGE;
		kd_store64(word, script_word(s->script.key, i * SCRIPT_PAGE));
		session_ask(s, &m, word, sizeof(word));
		return true;
	}
	if (i - script->pages < script->pointer_count) {
		const struct script_pointer *p =
			&script->pointers[i - script->pages];

		m = (struct kd_manipulate){
			.api = KD_API_WRITE_VIRTUAL,
			.u.memory = { .address = region(s) + p->place,
				      .count = p->len },
		};
		kd_store64(word, region(s) + p->to);
		session_ask(s, &m, word, p->len);
		return true;
	}
	return false;
}

/*
 * Where a row goes: where its pointer says, if an earlier row told one. That it
 * says the right thing was checked when it came.
 */
static uint64_t address(const struct session *s, const struct script_row *row)
{
	if (row->fails)
		return SCRIPT_HOLE;
	if (row->source != SCRIPT_NONE)
		return s->script.told[s->script.row] + (uint64_t)row->added;
	return region(s) + row->place;
}

static void look(struct session *s, uint32_t api, uint32_t len)
{
	struct kd_manipulate m = { .api = api };

	if (!s->aside.open)
		session_aside_begin(s);
	if (api == KD_API_READ_CONTROL) {
		m.u.memory.address = KD_CONTROL_SPACE_SPECIAL;
		m.u.memory.count = len;
	}
	s->part = SCRIPT_PART_LOOK;
	s->script.gap_ns = 0;
	session_ask(s, &m, NULL, 0);
}

/* Registers that are written must be those that are there. */
static bool needs_look(struct session *s, const struct script_row *row)
{
	bool registers = row->kind == SCRIPT_SET_CONTEXT ||
			 (row->kind == SCRIPT_SET_CONTEXT_EX && !row->fails);
	bool special = row->kind == SCRIPT_WRITE_CONTROL && !row->fails;

	if (registers && !s->script.registers)
		look(s, KD_API_GET_CONTEXT, 0);
	else if (special && !s->script.special)
		look(s, KD_API_READ_CONTROL, KD_SPECIAL_SIZE);
	else
		return false;
	return true;
}

void script_looked(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);
	bool registers = s->d->api == KD_API_GET_CONTEXT;
	size_t want = registers ? KD_CONTEXT_SIZE : KD_SPECIAL_SIZE;

	if (!session_check_reply(s, "reading what is to be written back"))
		return;
	if (data.len != want) {
		script_wrong(s, VERDICT_CORRUPT,
			     "registers of another length came");
		return;
	}
	memcpy(registers ? s->saved : s->old, data.at, want);
	if (registers)
		s->script.registers = true;
	else
		s->script.special = true;
	session_aside_end(s);
	script_ask(s);
}

static void fill_context(const struct session *s, const struct script_row *row,
			 struct kd_manipulate *m, const uint8_t **data,
			 uint32_t *len)
{
	if (row->kind == SCRIPT_SET_CONTEXT) {
		m->u.context.flags =
			kd_load32(s->saved + KD_CONTEXT_FLAGS_OFFSET);
		*data = s->saved;
		*len = KD_CONTEXT_SIZE;
		return;
	}
	m->u.context_ex.offset = row->fails ? NO_OFFSET : (uint32_t)row->offset;
	m->u.context_ex.count = (uint32_t)row->size;
	if (row->kind == SCRIPT_SET_CONTEXT_EX) {
		*data = s->saved + (row->fails ? 0 : row->offset);
		*len = (uint32_t)row->size;
	}
}

static void fill_memory(struct session *s, const struct script_row *row,
			struct kd_manipulate *m, const uint8_t **data,
			uint32_t *len)
{
	m->u.memory.address = address(s, row);
	m->u.memory.count = (uint32_t)row->size;
	if (row->kind != SCRIPT_WRITE && row->kind != SCRIPT_WRITE_PHYSICAL)
		return;
	script_expect(s->step->script, s->script.key, region(s), row->place,
		      s->data, row->size);
	*data = s->data;
	*len = (uint32_t)row->size;
}

static void fill_control(struct session *s, const struct script_row *row,
			 struct kd_manipulate *m, const uint8_t **data,
			 uint32_t *len)
{
	m->u.memory.address = row->fails ? NO_SELECTOR : row->number;
	m->u.memory.count = (uint32_t)row->size;
	if (row->kind == SCRIPT_WRITE_CONTROL) {
		*data = s->old;
		*len = (uint32_t)row->size;
	}
}

static void fill_resume(const struct script_row *row, struct kd_manipulate *m)
{
	m->u.resume.status = KD_CONTINUE;
	m->u.resume.trace = row->kind == SCRIPT_STEP;
	m->u.resume.dr7 = DR7_NONE;
	m->u.resume.symbol_start = 1;
}

/* The rest of a request, by its kind. */
static void fill(struct session *s, const struct script_row *row,
		 struct kd_manipulate *m, const uint8_t **data, uint32_t *len)
{
	switch ((enum script_kind)row->kind) {
	case SCRIPT_READ:
	case SCRIPT_WRITE:
	case SCRIPT_READ_PHYSICAL:
	case SCRIPT_WRITE_PHYSICAL: fill_memory(s, row, m, data, len); break;
	case SCRIPT_SET_CONTEXT:
	case SCRIPT_GET_CONTEXT_EX:
	case SCRIPT_SET_CONTEXT_EX: fill_context(s, row, m, data, len); break;
	case SCRIPT_READ_CONTROL:
	case SCRIPT_WRITE_CONTROL: fill_control(s, row, m, data, len); break;
	case SCRIPT_WRITE_BREAKPOINT:
		m->u.write_breakpoint.address = address(s, row);
		break;
	case SCRIPT_RESTORE_BREAKPOINT:
		m->u.restore_breakpoint.handle =
			(uint32_t)(row->source == SCRIPT_NONE
					   ? row->number
					   : s->script.told[s->script.row]);
		break;
	case SCRIPT_QUERY: m->u.query.address = address(s, row); break;
	case SCRIPT_READ_MSR: m->u.msr.number = (uint32_t)row->number; break;
	case SCRIPT_UNSUPPORTED: m->api = (uint32_t)row->number; break;
	case SCRIPT_SWITCH_PROCESSOR:
		m->processor = (uint16_t)row->number;
		break;
	case SCRIPT_CONTINUE:
	case SCRIPT_CONTINUE2:
	case SCRIPT_STEP: fill_resume(row, m); break;
	default: break;
	}
}

void script_ask(struct session *s)
{
	const struct script_row *row = script_row(s);
	struct kd_manipulate m = { .api = script_types[row->kind].api };
	const uint8_t *data = NULL;
	uint32_t len = 0;

	if (needs_look(s, row))
		return;
	fill(s, row, &m, &data, &len);
	s->part = SCRIPT_PART_ROW;
	s->script.gap_ns = row->gap_ns;
	s->script.going = script_runs(row);
	session_ask(s, &m, data, len);
}
