/* SPDX-License-Identifier: MIT */
/* The requests that end a stop, or move it (kd-protocol 3.7, 3.9). */
#include "bench/kd/listen.h"
#include "bench/kd/say.h"
#include "bench/kd/serve.h"

void kd_serve_continue(struct kd_serving *s)
{
	s->t->state = KD_TARGET_LEAVING;
	s->ops->resume(s->env, &s->m);
}

void kd_serve_reboot(struct kd_serving *s)
{
	s->t->state = KD_TARGET_LEAVING;
	s->t->rebooting = true;
}

void kd_serve_bugcheck(struct kd_serving *s)
{
	s->t->state = KD_TARGET_LEAVING;
	s->t->crashing = true;
	s->t->bugcheck = s->m.u.bugcheck.code;
}

/*
 * Another CPU takes over and says so; the same one, or one that does not exist,
 * says again why it stopped.
 */
void kd_serve_switch_processor(struct kd_serving *s)
{
	struct kd_target *t = s->t;
	struct kd_exception e = { 0 };

	if (kd_serve_has_cpu(s) && s->m.processor != t->processor) {
		s->ops->select(s->env, s->m.processor, &e);
		e.code = KD_CODE_PROCESSOR_SWITCH;
		e.first_chance = true;
		e.processor = s->m.processor;
		e.processors = t->processors;
		kd_target_report(t, &e);
		t->processor = s->m.processor;
	}
	kd_target_send_stop(t);
}
