/* SPDX-License-Identifier: MIT */
#include "bench/session/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/session/steps.h"
#include "bench/session/think.h"

static const struct step_ops *const all_ops[STEP_KIND_COUNT] = {
	[STEP_CONNECT] = &connect_ops,
	[STEP_BREAK_IN] = &break_in_ops,
	[STEP_CONTINUE] = &continue_ops,
	[STEP_STEP] = &step_ops,
	[STEP_WAIT] = &wait_ops,
	[STEP_VERSION] = &version_ops,
	[STEP_REGISTERS] = &registers_ops,
	[STEP_READ_MEMORY] = &read_memory_ops,
	[STEP_WRITE_MEMORY] = &write_memory_ops,
	[STEP_BREAKPOINT] = &breakpoint_ops,
	[STEP_PRINT_STORM] = &print_storm_ops,
	[STEP_IDLE] = &idle_ops,
	/* STEP_REPEAT is taken apart by enter(). */
};

size_t session_record_count(const struct step *steps, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		if (steps[i].kind == STEP_REPEAT)
			total += session_record_count(steps[i].steps,
						      steps[i].step_count);
		else
			total++;
	}
	return total;
}

static size_t name_records(struct session *s, const struct step *steps,
			   size_t count, size_t at)
{
	for (size_t i = 0; i < count; i++) {
		if (steps[i].kind == STEP_REPEAT)
			at = name_records(s, steps[i].steps,
					  steps[i].step_count, at);
		else
			s->records[at++].step = &steps[i];
	}
	return at;
}

void session_end(struct session *s, enum verdict verdict, const char *fmt, ...)
{
	va_list args;

	if (s->done)
		return;
	s->done = true;
	s->verdict = (uint8_t)verdict;
	va_start(args, fmt);
	vsnprintf(s->detail, sizeof(s->detail), fmt, args);
	va_end(args);
}

const struct step_ops *session_ops(const struct session *s)
{
	return all_ops[s->step->kind];
}

/* Everything that only the previous step meant. */
static void forget(struct session *s)
{
	s->part = 0;
	s->ops = s->bytes = 0;
	s->offset = 0;
	s->index = 0;
	s->timer = KD_NEVER;
	s->waiting = false;
}

static struct step_record *record_of(struct session *s, const struct step *step)
{
	for (size_t i = 0; i < s->record_count; i++) {
		if (s->records[i].step == step)
			return &s->records[i];
	}
	return NULL;
}

static void begin_step(struct session *s, const struct step *step)
{
	s->step = step;
	s->record = record_of(s, step);
	s->step_began = s->now;
	s->progress_ns = s->now;
	forget(s);
	if (session_ops(s)->needs_stop && s->running) {
		session_end(s, VERDICT_ERROR,
			    "step '%s' needs a stopped target; put "
			    "'break-in' before it",
			    step->name);
	} else if (session_ops(s)->needs_kdbb && !s->target.known) {
		session_end(s, VERDICT_ERROR,
			    "step '%s' needs kdbench's own guest; this "
			    "target has no KDBB block",
			    step->name);
	} else if (session_ops(s)->begin) {
		session_ops(s)->begin(s);
	} else {
		session_measure(s);
	}
}

/* Go on to the next step that does something; the end of all is completion. */
static void enter(struct session *s)
{
	while (s->depth) {
		struct session_frame *f = &s->frames[s->depth - 1];
		const struct step *step;

		if (f->index == f->count) {
			f->index = 0;
			if (f->count && --f->left)
				continue;
			s->depth--;
			continue;
		}
		step = &f->steps[f->index++];
		if (step->kind != STEP_REPEAT) {
			begin_step(s, step);
			return;
		}
		if (step->step_count && step->count && s->depth < SESSION_DEPTH)
			s->frames[s->depth++] = (struct session_frame){
				step->steps, step->step_count, 0, step->count
			};
	}
	s->step = NULL;
	session_end(s, VERDICT_COMPLETED, "%s", "");
}

void session_step_done(struct session *s)
{
	if (s->done)
		return;
	if (s->record)
		s->record->runs++;
	if (s->record && s->step->kind == STEP_CONNECT) {
		s->record->ops++;
		histogram_add(&s->record->latency, s->now - s->step_began);
		s->record->wall_ns += s->now - s->step_began;
	}
	s->progress_ns = s->now;
	enter(s);
}

void session_init(struct session *s, const struct session_config *config,
		  struct kd_debugger *d, struct step_record *records,
		  uint64_t now)
{
	memset(s, 0, sizeof(*s));
	s->config = config;
	s->d = d;
	s->now = now;
	s->records = records;
	s->record_count =
		session_record_count(config->steps, config->step_count);
	name_records(s, config->steps, config->step_count, 0);
	s->running = true; /* for all we know */
	s->frames[0] = (struct session_frame){ config->steps,
					       config->step_count, 0, 1 };
	s->depth = 1;
	d->ack_think_ns = think_ack_ns(config->think);
	s->timer = KD_NEVER;
	s->progress_ns = now;
}

void session_start(struct session *s, uint64_t now)
{
	s->now = now;
	enter(s);
}

void session_ask(struct session *s, const struct kd_manipulate *m,
		 const uint8_t *data, uint32_t len)
{
	uint64_t gap = think_gap_ns(s->config->think, s->config->seed,
				    s->operations++);

	s->op_began = s->now + gap;
	if (!gap) {
		kd_debugger_request(s->d, m, data, len, s->now);
		return;
	}
	s->waiting = true;
	s->ask_at = s->now + gap;
	s->request = *m;
	s->data_len = len;
	if (len && data != s->data)
		memcpy(s->data, data, len);
}

void session_ask_memory(struct session *s, uint32_t api, uint64_t address,
			uint32_t count)
{
	struct kd_manipulate m = {
		.api = api,
		.u.memory = { .address = address, .count = count },
	};

	session_ask(s, &m, NULL, 0);
}

void session_continue(struct session *s, bool trace)
{
	struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE,
			      .trace = trace,
			      .dr7 = 0x400,
			      .symbol_start = 1 },
	};

	session_ask(s, &m, NULL, 0);
}

bool session_check_reply(struct session *s, const char *what)
{
	if (kd_status_ok(s->d->reply.status))
		return true;
	session_end(s, VERDICT_GAVE_UP,
		    "step '%s': %s failed with status 0x%08x", s->step->name,
		    what, (unsigned)s->d->reply.status);
	return false;
}

void session_order(struct session *s, enum kdbb_workload command, uint64_t arg0,
		   uint64_t arg1, uint64_t arg2)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = s->target.mailbox,
			      .count = KDBB_MAIL_SIZE },
	};
	uint8_t mail[KDBB_MAIL_SIZE] = { 0 };

	kd_store64(mail + KDBB_MAIL_COMMAND, command);
	kd_store64(mail + KDBB_MAIL_SEQUENCE, ++s->orders);
	kd_store64(mail + KDBB_MAIL_ARG0, arg0);
	kd_store64(mail + KDBB_MAIL_ARG1, arg1);
	kd_store64(mail + KDBB_MAIL_ARG2, arg2);
	session_ask(s, &m, mail, sizeof(mail));
}

/* --- events -----------------------------------------------------------------
 */

/*
 * A 62 that was sent while resynchronising can stop the target once more (F27):
 * that stop is ours, and the target is sent on.
 */
static bool own_breakin(struct session *s)
{
	if (!s->d->breakins_owed || s->d->new_state != KD_STATE_EXCEPTION ||
	    s->d->exception.code != KD_CODE_BREAKPOINT)
		return false;
	s->d->breakins_owed--;
	s->d->recoveries++;
	session_continue(s, s->step->kind == STEP_STEP);
	return true;
}

void session_spurious(struct session *s)
{
	if (own_breakin(s))
		return;
	session_end(s, VERDICT_SPURIOUS_STOP,
		    "the target stopped at 0x%llx with code 0x%08x during "
		    "step '%s', though nobody asked",
		    (unsigned long long)s->d->exception.pc,
		    (unsigned)s->d->exception.code, s->step->name);
}

static void on_stop(struct session *s)
{
	s->running = false;
	if (session_ops(s)->stop)
		session_ops(s)->stop(s);
	else
		session_spurious(s);
}

void session_event(struct session *s, enum kd_debugger_event event,
		   uint64_t now)
{
	if (event == KD_DEBUGGER_NOTHING || s->done)
		return;
	s->now = now;
	s->progress_ns = now;
	switch (event) {
	case KD_DEBUGGER_STOP: on_stop(s); break;
	case KD_DEBUGGER_REPLY:
		s->round_trips++;
		if (session_in_counters(s))
			session_on_counters(s);
		else if (session_ops(s)->reply)
			session_ops(s)->reply(s);
		break;
	case KD_DEBUGGER_DONE:
		s->running = true;
		if (session_ops(s)->done)
			session_ops(s)->done(s);
		break;
	case KD_DEBUGGER_PRINT:
		if (session_ops(s)->print)
			session_ops(s)->print(s);
		break;
	case KD_DEBUGGER_LOST:
		session_end(s, VERDICT_GAVE_UP,
			    "the debugger gave up in step '%s': %s",
			    s->step->name, s->d->reason);
		break;
	case KD_DEBUGGER_NOTHING: break;
	}
}

static uint64_t step_limit(const struct session *s)
{
	uint64_t timeout = s->step ? s->step->timeout_ns : 0;

	return timeout && timeout != KD_NEVER ? s->step_began + timeout
					      : KD_NEVER;
}

void session_time(struct session *s, uint64_t now)
{
	if (s->done)
		return;
	s->now = now;
	if (s->waiting && now >= s->ask_at) {
		s->waiting = false;
		s->progress_ns = now;
		s->op_began = now;
		kd_debugger_request(s->d, &s->request, s->data, s->data_len,
				    now);
	}
	if (now >= s->timer) {
		s->timer = KD_NEVER;
		s->progress_ns = now;
		session_ops(s)->timer(s);
	}
	if (now >= step_limit(s) && !s->done)
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s' took longer than its timeout",
			    s->step->name);
}

uint64_t session_deadline(const struct session *s)
{
	uint64_t at = s->timer;
	uint64_t limit = step_limit(s);

	if (s->done)
		return KD_NEVER;
	if (s->waiting && s->ask_at < at)
		at = s->ask_at;
	return limit < at ? limit : at;
}

uint64_t session_digest(const struct session *s)
{
	uint64_t h = hash_add(s->depth, s->part);

	for (unsigned i = 0; i < s->depth; i++)
		h = hash_add(hash_add(h, s->frames[i].index),
			     s->frames[i].left);
	h = hash_add(h, s->phase);
	h = hash_add(h, s->ops);
	return hash_add(h, s->bytes);
}
