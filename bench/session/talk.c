/* SPDX-License-Identifier: MIT */
#include "bench/session/talk.h"

/* Ask the first row from the current one on that has something to ask. */
static void ask(struct session *s)
{
	struct session_talk *t = &s->talk;

	while (!s->done && t->rows[s->part].ask) {
		if (t->rows[s->part].ask(s))
			return;
		t->turn = 0;
		s->part++;
	}
	if (!s->done)
		t->over(s);
}

void talk_begin(struct session *s, const struct talk_row *rows,
		void (*over)(struct session *s))
{
	s->talk.rows = rows;
	s->talk.over = over;
	s->talk.turn = 0;
	s->part = 0;
	ask(s);
}

void talk_reply(struct session *s)
{
	const struct talk_row *row = &s->talk.rows[s->part];

	row->heard(s, kd_debugger_data(s->d));
	if (++s->talk.turn >= row->times) {
		s->talk.turn = 0;
		s->part++;
	}
	ask(s);
}

void talk_back(struct session *s, uint8_t rows)
{
	/* talk_reply() is about to add one. */
	s->part = (uint8_t)(s->part - rows - 1);
}

bool talk_read(struct session *s, uint64_t address, uint32_t count)
{
	session_ask_memory(s, KD_API_READ_VIRTUAL, address, count);
	return true;
}

bool talk_check_read(struct session *s, struct kd_span data, uint32_t count,
		     const char *what)
{
	if (!session_check_reply(s, what))
		return false;
	if (data.len == count && s->d->reply.u.memory.actual >= count)
		return true;
	session_end(s, VERDICT_CORRUPT, "step '%s': %s: %zu of %u bytes",
		    s->step->name, what, data.len, (unsigned)count);
	return false;
}

void talk_implausible(struct session *s, const char *what, uint64_t value)
{
	session_end(s, VERDICT_CORRUPT, "step '%s': %s 0x%llx, which cannot be",
		    s->step->name, what, (unsigned long long)value);
}
