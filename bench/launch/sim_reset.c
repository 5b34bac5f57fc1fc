/* SPDX-License-Identifier: MIT */
/* The simulated machine is reset, and its line replaced. */
#include "bench/launch/sim_parts.h"

#include "bench/base/clock.h"
#include "bench/launch/guest_params.h"

void sim_make_line(struct sim *s)
{
	const struct sim_config *c = &s->config->transport->sim;

	sim_pipe_init(&s->to_target, c->baud, c->latency_ns, c->capacity);
	sim_pipe_init(&s->to_debugger, c->baud, c->latency_ns, c->capacity);
}

void sim_make_machine(struct sim *s)
{
	const struct launch_config *config = s->config;

	sim_machine_init(&s->machine, config->nonce,
			 config->guest->pattern_size,
			 config->guest->scratch_size);
	sim_machine_build_world(&s->machine, guest_world(config->guest, 0),
				NULL);
}

/*
 * The reset button was pressed. A packet that travels whole is taken or sent to
 * its end first, or nobody would ever find the next one.
 */
void sim_reset(struct sim *s, uint64_t now)
{
	struct kd_target_profile profile = s->target.profile;

	if (!s->reset_due)
		return;
	if (profile.reliable && !s->new_pipe &&
	    (kd_exchange_in_data(&s->target.x) ||
	     !kd_parser_idle(&s->target.x.rx)))
		return;
	s->reset_due = false;
	if (s->new_pipe)
		sim_make_line(s);
	sim_machine_release(&s->machine);
	sim_make_machine(s);
	kd_target_init(&s->target, &profile);
	s->hold_until = s->polled_ns = s->served = 0;
	s->no_idt = s->sleep.dead = false;
	s->boots_ns = now + SIM_BOOT_NS;
}

bool sim_boots(struct sim *s, uint64_t now)
{
	if (s->boots_ns == CLOCK_NEVER)
		return false;
	if (now < s->boots_ns)
		return true;
	s->boots_ns = CLOCK_NEVER;
	sim_machine_break(&s->machine, &s->target, now);
	return false;
}
