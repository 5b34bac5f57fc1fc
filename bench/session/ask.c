/* SPDX-License-Identifier: MIT */
/* session: what every step asks the target with. */
#include <string.h>

#include "bench/session/steps.h"
#include "bench/session/think.h"

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

void session_break_in(struct session *s)
{
	s->breaking = true;
	kd_debugger_break_in(s->d, s->now);
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
