/* SPDX-License-Identifier: MIT */
/*
 * module-storm: the guest tells of modules that come, and go, each a stop that
 * must be continued: what makes Windows boot slowly under a debugger. Each
 * notice is compared with the one that must come next.
 */
#include "bench/session/steps.h"

#include <string.h>

enum { PART_ORDER, PART_GO, PART_RUN, PART_RESULT };

/* Notices that the guest has to give. */
static uint64_t notices(const struct session *s)
{
	return s->step->unload ? 2 * s->step->count : s->step->count;
}

static void module_op(struct session *s)
{
	s->part = PART_ORDER;
	s->index = 0;
	session_order(s, KDBB_MODULE_STORM, s->step->count, s->config->nonce,
		      s->step->unload);
}

/* What the guest says is here: or was it a 62 of ours that stopped it? */
static bool finished(struct session *s)
{
	if (!session_check_reply(s, "reading the guest's result"))
		return false;
	if (session_order_done(s))
		return true;
	s->part = PART_RUN;
	session_spurious(s);
	return false;
}

static void module_reply(struct session *s)
{
	if (s->part == PART_ORDER) {
		if (!session_check_reply(s, "giving the guest its order"))
			return;
		s->part = PART_GO;
		session_continue(s, false);
	} else if (s->part == PART_RESULT && finished(s) &&
		   session_check_result(s, notices(s), "modules told")) {
		session_window_end(s, s->last_line_ns);
		session_step_done(s);
	}
}

static void begin_window(struct session *s)
{
	if (s->part != PART_GO)
		return;
	s->part = PART_RUN;
	s->window_began = s->now;
	s->last_line_ns = s->now;
}

/* Is this what the guest tells of its next module? */
static bool is_next(const struct session *s)
{
	const struct kd_symbols *have = &s->d->symbols;
	struct kd_span data = kd_debugger_data(s->d);
	uint64_t each = s->step->unload ? 2 : 1;
	char path[KDBB_PATH_MAX];
	struct kd_symbols want;

	kdbb_module(s->config->nonce, s->index / each, &want, path);
	return have->path_len == want.path_len && data.len == want.path_len &&
	       memcmp(data.at, path, data.len) == 0 &&
	       have->base == want.base && have->checksum == want.checksum &&
	       have->size == want.size &&
	       have->unload == (s->index % each != 0);
}

static void on_module(struct session *s)
{
	if (s->step->verify && !is_next(s)) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': notice %llu is not of the module that "
			    "comes next",
			    s->step->name, (unsigned long long)s->index);
		return;
	}
	s->index++;
	session_sample(s, s->now - s->last_line_ns, 0);
	s->last_line_ns = s->now;
	session_continue(s, false);
}

/*
 * A target gives a notice up that nobody acknowledges for long, so the last one
 * may never come: the guest is asked whether it has done.
 */
static bool at_break(const struct session *s)
{
	return s->d->new_state == KD_STATE_EXCEPTION &&
	       s->d->exception.code == KD_CODE_BREAKPOINT;
}

static void module_stop(struct session *s)
{
	begin_window(s); /* before the ACK of the Continue */
	if (s->part == PART_RUN && s->d->new_state == KD_STATE_LOAD_SYMBOLS) {
		on_module(s);
	} else if (s->part == PART_RUN &&
		   (s->index == notices(s) || at_break(s))) {
		s->part = PART_RESULT;
		session_ask_result(s);
	} else {
		session_spurious(s);
	}
}

const struct step_ops module_storm_ops = {
	.op = module_op,
	.reply = module_reply,
	.done = begin_window,
	.stop = module_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};
