/* SPDX-License-Identifier: MIT */
/* session: what every step asks the target with. */
#include <string.h>

#include "bench/session/steps.h"
#include "bench/session/think.h"

void session_op_hold(struct session *s)
{
	s->op_held = true;
	s->op_began = s->now;
}

/* Who asks by the clock does not think in between; a script has its own. */
static uint64_t gap_ns(const struct session *s)
{
	const struct think *think = s->config->think;

	if (s->pace.rate)
		return 0;
	if (think->kind == THINK_RECORDED && s->step->kind == STEP_SCRIPT)
		return s->script.gap_ns;
	return think_gap_ns(think, s->config->seed, s->operations);
}

void session_thinks(struct session *s, uint64_t gap_ns)
{
	struct step_record *r = s->record;

	if (s->aside.open)
		return;
	s->op_gap = s->op_held ? 0 : gap_ns;
	if (!gap_ns || !r || s->phase != PHASE_MEASURE)
		return;
	histogram_add(&r->thought, gap_ns);
	r->thought_ns += gap_ns;
}

void session_ask(struct session *s, const struct kd_manipulate *m,
		 const uint8_t *data, uint32_t len)
{
	uint64_t gap = gap_ns(s);

	s->operations++;
	session_thinks(s, gap);
	if (!s->op_held)
		s->op_left = s->op_began = s->now + gap;
	if (!gap) {
		session_cut_asked(s);
		kd_debugger_request(s->d, m, data, len, s->now);
		return;
	}
	s->waiting = true;
	s->ask_at = s->now + gap;
	s->progress_ns = s->ask_at; /* who thinks is not stuck */
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

void session_ask_api(struct session *s, uint32_t api)
{
	struct kd_manipulate m = { .api = api };

	session_ask(s, &m, NULL, 0);
}

const char *session_last_request(const struct session *s)
{
	const struct kd_api_info *info =
		kd_api_find(s->d->api, (enum kd_arch)s->d->arch);

	return info ? info->name : "none";
}

void session_break_in(struct session *s)
{
	s->breaking = true;
	kd_debugger_break_in(s->d, s->now);
}

/*
 * A breakpoint can be taken out once. Asked again under another id, after a
 * RESET, a target that has done so refuses.
 */
static bool removed_before(const struct kd_debugger *d)
{
	return d->api == KD_API_RESTORE_BREAKPOINT && d->anew;
}

bool session_check_reply(struct session *s, const char *what)
{
	if (kd_status_ok(s->d->reply.status) || removed_before(s->d))
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

void session_ask_result(struct session *s)
{
	session_ask_memory(s, KD_API_READ_VIRTUAL,
			   s->target.mailbox + KDBB_MAIL_DONE,
			   KDBB_MAIL_SIZE - KDBB_MAIL_DONE);
}

bool session_order_done(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);

	return data.len == KDBB_MAIL_SIZE - KDBB_MAIL_DONE &&
	       kd_load64(data.at) == s->orders;
}

bool session_check_result(struct session *s, uint64_t want, const char *what)
{
	struct kd_span data = kd_debugger_data(s->d);
	uint64_t have = kd_load64(data.at + KDBB_MAIL_RESULT0 - KDBB_MAIL_DONE);

	if (have == want)
		return true;
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': the guest says %llu of %llu %s", s->step->name,
		    (unsigned long long)have, (unsigned long long)want, what);
	return false;
}

void session_serve_file(struct session *s)
{
	struct kd_file_io f = s->d->file;
	struct kd_room room = { s->data, KD_FILE_DATA_MAX };
	uint32_t len = 0;

	if (s->config->file)
		len = s->config->file(s->config->env, &f,
				      kd_debugger_data(s->d), room);
	else
		f.status = KD_STATUS_NO_SUCH_FILE;
	kd_debugger_answer_file(s->d, &f, s->data, len, s->now);
}
