/* SPDX-License-Identifier: MIT */
/* KDBB_EVENTS on the toy machine, as bench/guest/events.c does it. */
#include "bench/kd/events.h"
#include "bench/launch/sim_machine.h"

static uint64_t nonce(const struct sim_machine *m)
{
	return sim_machine_mail(m, KDBB_MAIL_ARG2);
}

/* Event 'index' of the list; false: there is none, or it is none. */
static bool load(const struct sim_machine *m, uint64_t index,
		 struct kd_event *e)
{
	uint64_t list = sim_machine_mail(m, KDBB_MAIL_ARG0);
	uint8_t entry[KDBB_EVENT_SIZE];

	return index < sim_machine_mail(m, KDBB_MAIL_ARG1) &&
	       sim_machine_peek(m, list + index * KDBB_EVENT_SIZE, entry,
				sizeof(entry)) &&
	       kd_event_load(e, entry);
}

static void print(struct sim_machine *m, struct kd_target *t,
		  const struct kd_event *e, uint64_t now)
{
	uint8_t text[KD_EVENT_TEXT_MAX];
	uint32_t len = kd_event_print(e, nonce(m), m->done, text);

	if (!kd_target_print(t, text, len, now))
		sim_machine_count(m, KDBB_PRINTS_SKIPPED, 1);
}

static void tell_module(struct sim_machine *m, struct kd_target *t,
			const struct kd_event *e, uint64_t now)
{
	char path[KD_EVENT_TEXT_MAX];
	struct kd_exception where;
	struct kd_symbols s;

	kd_event_module(e, nonce(m), m->done, &s, path);
	sim_machine_describe(m, &where);
	m->stopped = kd_target_symbols(t, &s, &where, path, now);
	if (!m->stopped)
		sim_machine_count(m, KDBB_PRINTS_SKIPPED, 1);
}

static void ask_file(struct sim_machine *m, struct kd_target *t,
		     const struct kd_event *e, uint64_t now)
{
	uint8_t name[KD_EVENT_TEXT_MAX];
	struct kd_file_io f;
	uint32_t len = kd_event_file(e, nonce(m), m->done, m->handle, &f, name);

	m->asked = kd_target_file(t, &f, name, len, now);
}

bool sim_machine_event(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	struct kd_event e;

	if (!load(m, m->done, &e))
		return false;
	switch ((enum kdbb_event)e.kind) {
	case KDBB_EVENT_PRINT: print(m, t, &e, now); break;
	case KDBB_EVENT_LOAD:
	case KDBB_EVENT_UNLOAD: tell_module(m, t, &e, now); break;
	case KDBB_EVENT_FILE_OPEN:
	case KDBB_EVENT_FILE_READ:
	case KDBB_EVENT_FILE_CLOSE: ask_file(m, t, &e, now); break;
	case KDBB_EVENT_STOP: sim_machine_break(m, t, now); break;
	case KDBB_EVENT_HAND_OVER:
		kd_target_hand_over(t, &sim_machine_ops, m);
		break;
	case KDBB_EVENT_WORK: m->units_left = e.value; break;
	case KDBB_EVENT_COUNT: return false;
	}
	m->done++;
	sim_machine_count(m, KDBB_WORK_UNITS, 1);
	return true;
}

bool sim_machine_event_answered(struct sim_machine *m, struct kd_target *t)
{
	struct kd_file_io answer;
	struct kd_span data;
	struct kd_event e;
	uint64_t index = m->done - 1;

	if (!load(m, index, &e) || !kd_target_file_answer(t, &answer, &data) ||
	    !kd_status_ok(answer.status))
		return true;
	if (answer.api == KD_FILE_CREATE)
		m->handle = answer.u.create.handle;
	for (size_t i = 0; i < data.len; i++) {
		if (data.at[i] != kdbb_file_byte(nonce(m), e.value + i)) {
			m->done = index; /* it came to nothing */
			return false;
		}
	}
	return true;
}
