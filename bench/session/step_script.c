/* SPDX-License-Identifier: MIT */
/*
 * script: requests and events as somebody recorded them, once from beginning to
 * end for each operation. What must lie in memory is put there before the
 * window; the target does its part by orders (events.h), one at the beginning
 * and one behind each break-in, whose end is neither time nor bytes of the
 * step.
 */
#include "bench/base/hash.h"
#include "bench/session/events.h"
#include "bench/session/script_play.h"
#include "bench/session/step_settings.h"

const struct setting step_script_settings[] = {
	{ "layout", SETTING_COUNT, offsetof(struct step, layout), "0",
	  "seed of the order in which its pages lie; 0: by number", NULL, 0,
	  0 },
	{ "ack", SETTING_DURATION, offsetof(struct step, ack_ns), "0",
	  "before each ACK, with 'debugger.think: recorded'", NULL, 0,
	  UINT64_C(3600000000000) },
	STEP_WHOLE_COUNT,
	{ 0 },
};

static void next(struct session *s);

static bool over(const struct session *s)
{
	return s->script.row == s->step->script->count;
}

static bool recorded(const struct session *s)
{
	return s->config->think->kind == THINK_RECORDED;
}

static void begin(struct session *s)
{
	const struct script *script = s->step->script;

	s->script = (struct session_script){
		.key = hash_add(s->config->nonce, s->config->seed),
	};
	if (script->region_size > s->target.scratch_size) {
		session_end(s, VERDICT_ERROR,
			    "step '%s' needs %llu bytes of scratch region and "
			    "the target has %llu: set guest.scratch",
			    s->step->name,
			    (unsigned long long)script->region_size,
			    (unsigned long long)s->target.scratch_size);
		return;
	}
	if (recorded(s))
		s->d->ack_think_ns = s->step->ack_ns;
	s->part = SCRIPT_PART_PLANT;
	if (!script_plant(s))
		session_measure(s);
}

/* --- orders --------------------------------------------------------------- */

/* Tell the target what to do until the next break-in, and go on. */
static void give_order(struct session *s)
{
	if (!script_give(s))
		next(s);
}

static void order_given(struct session *s)
{
	if (!session_events_given(s))
		return;
	s->script.ordered = true;
	session_aside_end(s);
	if (s->script.row == 0)
		session_op_hold(s);
	next(s);
}

/* --- from row to row ------------------------------------------------------ */

static void op(struct session *s)
{
	s->script.row = 0;
	s->script.payload = 0;
	session_op_hold(s);
	give_order(s);
}

static void settled(struct session *s)
{
	session_aside_end(s);
	session_op_done(s, s->script.payload);
}

static void let_run(struct session *s, enum script_part part)
{
	s->part = (uint8_t)part;
	s->script.gap_ns = 0;
	session_continue(s, false);
}

/* To the end of the order; without one, to where the target stands still. */
static void settle(struct session *s)
{
	if (!s->aside.open)
		session_aside_begin(s);
	if (s->script.ordered && !s->running) {
		let_run(s, SCRIPT_PART_GO);
		return;
	}
	s->part = SCRIPT_PART_END;
	if (!s->script.ordered)
		session_break_in(s);
}

static void finish(struct session *s)
{
	if (!s->script.ordered && !s->running) {
		session_op_done(s, s->script.payload);
		return;
	}
	session_op_over(s);
	settle(s);
}

static void think(struct session *s)
{
	s->part = SCRIPT_PART_THINK;
	s->timer = s->now + (recorded(s) ? script_row(s)->gap_ns : 0);
	s->progress_ns = s->timer; /* who thinks is not stuck */
}

/* The target must be running with nothing to do. */
static void break_in(struct session *s)
{
	if (s->script.ordered)
		settle(s);
	else
		think(s);
}

static void next(struct session *s)
{
	const struct script_row *row;

	if (over(s)) {
		finish(s);
		return;
	}
	row = script_row(s);
	s->part = SCRIPT_PART_ROW;
	if (row->kind == SCRIPT_BREAK_IN)
		break_in(s);
	else if (row->kind < SCRIPT_PRINT)
		script_ask(s);
}

static void advance(struct session *s)
{
	s->script.row++;
	next(s);
}

static void reply(struct session *s)
{
	switch ((enum script_part)s->part) {
	case SCRIPT_PART_PLANT:
		if (session_check_reply(s, "planting its memory") &&
		    !script_plant(s))
			session_measure(s);
		break;
	case SCRIPT_PART_ORDER: order_given(s); break;
	case SCRIPT_PART_LOOK: script_looked(s); break;
	default:
		if (script_check(s))
			advance(s);
		break;
	}
}

/* The target runs. */
static void done(struct session *s)
{
	switch ((enum script_part)s->part) {
	case SCRIPT_PART_ROW:
		if (!s->script.going)
			break;
		s->script.going = false;
		advance(s);
		break;
	case SCRIPT_PART_AGAIN: s->part = SCRIPT_PART_ROW; break;
	case SCRIPT_PART_GO: s->part = SCRIPT_PART_END; break;
	case SCRIPT_PART_RUN:
		session_aside_end(s);
		think(s);
		break;
	default: break;
	}
}

/* --- what the target does ------------------------------------------------- */

/* Something came: so it runs, even if its ACK did not. */
static void came(struct session *s)
{
	if (s->part == SCRIPT_PART_ROW && s->script.going)
		done(s);
	else if (s->part == SCRIPT_PART_GO)
		s->part = SCRIPT_PART_END;
}

/* The event that came is that of this row; what is before it was lost. */
static void turn_to_event(struct session *s)
{
	s->script.row =
		s->step->script->events[s->script.first + s->events.index];
}

static void print(struct session *s)
{
	came(s);
	if (s->script.ordered && session_events_print(s) == SESSION_CAME) {
		turn_to_event(s);
		advance(s);
	}
}

static void answer(struct session *s)
{
	session_events_answer(s, script_row(s)->fails ? KD_STATUS_NO_SUCH_FILE
						      : KD_STATUS_SUCCESS);
}

static void file(struct session *s)
{
	uint32_t row;

	came(s);
	if (!s->script.ordered) {
		session_serve_file(s);
		return;
	}
	switch (session_events_file(s)) {
	case SESSION_CAME:
		turn_to_event(s);
		think(s);
		break;
	case SESSION_CAME_AGAIN:
		row = s->script.row;
		turn_to_event(s);
		answer(s);
		s->script.row = row;
		break;
	case SESSION_CAME_WRONG: break;
	}
}

static void timer(struct session *s)
{
	s->part = SCRIPT_PART_ROW;
	if (script_row(s)->kind == SCRIPT_BREAK_IN)
		session_break_in(s);
	else
		answer(s);
	advance(s);
}

/* The stop that the row before this one asked for? */
static bool is_own(const struct session *s)
{
	uint32_t code = s->d->exception.code;

	if (s->d->new_state != KD_STATE_EXCEPTION)
		return false;
	switch ((enum script_kind)script_row(s)[-1].kind) {
	case SCRIPT_STEP: return code == KD_CODE_SINGLE_STEP;
	case SCRIPT_BREAK_IN: return code == KD_CODE_BREAKPOINT;
	default: return true; /* or what the same processor said */
	}
}

static void on_own_stop(struct session *s)
{
	bool broke_in = script_row(s)[-1].kind == SCRIPT_BREAK_IN;

	if (!is_own(s)) {
		session_spurious(s);
		return;
	}
	s->script.row++;
	if (broke_in)
		give_order(s);
	else
		next(s);
}

static void on_event_stop(struct session *s)
{
	switch (session_events_stop(s)) {
	case SESSION_CAME:
		turn_to_event(s);
		advance(s);
		break;
	case SESSION_CAME_AGAIN: let_run(s, SCRIPT_PART_AGAIN); break;
	case SESSION_CAME_WRONG: break;
	}
}

/* The end of the order, or of running with none. */
static void on_end(struct session *s)
{
	bool ended = s->script.ordered
			     ? session_events_over(s)
			     : s->d->new_state == KD_STATE_EXCEPTION &&
				       s->d->exception.code ==
					       KD_CODE_BREAKPOINT;

	if (!ended) {
		session_spurious(s);
		return;
	}
	s->script.ordered = false;
	if (over(s))
		settled(s);
	else
		let_run(s, SCRIPT_PART_RUN);
}

static void stop(struct session *s)
{
	s->script.registers = s->script.special = false;
	s->running = true; /* it did, until now */
	came(s);
	s->running = false;
	if (s->done)
		return;
	if (s->part == SCRIPT_PART_END)
		on_end(s);
	else if (s->part != SCRIPT_PART_ROW || over(s))
		session_spurious(s);
	else if (script_row(s)->kind == SCRIPT_STOP &&
		 !script_is_event(script_row(s)))
		on_own_stop(s);
	else if (s->script.ordered)
		on_event_stop(s);
	else
		session_spurious(s);
}

static const char *left(const struct session *s)
{
	return s->phase == PHASE_BEFORE ? NULL : "a script is not begun twice";
}

const struct step_ops script_ops = {
	.left = left,
	.begin = begin,
	.op = op,
	.reply = reply,
	.done = done,
	.print = print,
	.file = file,
	.timer = timer,
	.stop = stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
