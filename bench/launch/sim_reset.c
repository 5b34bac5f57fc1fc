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

const char *sim_spared(const struct launched *t, enum launch_event what,
		       uint64_t amount)
{
	const struct sim *s = (const struct sim *)t;

	(void)amount;
	if (what > LAUNCH_RESUME)
		return "that cannot be done to a simulated target";
	if (what == LAUNCH_NEW_PIPE && s->link.framing == LINK_PACKET)
		return "a pipe of whole packets is not replaced in mid-packet";
	return NULL;
}

static void freeze(struct sim *s, uint64_t now)
{
	s->sleep.stood_ns = sim_clock(s, now);
	s->sleep.frozen = true;
}

static void thaw(struct sim *s, uint64_t now)
{
	s->sleep.behind_ns = now - sim_clock(s, now);
	s->sleep.frozen = false;
}

bool sim_happen(struct launched *t, enum launch_event what, uint64_t amount,
		uint64_t *now, struct err *err)
{
	struct sim *s = (struct sim *)t;

	(void)amount;
	(void)err;
	switch (what) {
	case LAUNCH_NEW_PIPE: sim_make_line(s); break;
	case LAUNCH_FREEZE: freeze(s, *now); break;
	case LAUNCH_THAW: thaw(s, *now); break;
	case LAUNCH_PAUSE: s->sleep.paused = true; break;
	case LAUNCH_RESUME: s->sleep.paused = false; break;
	default:
		s->reset_due = true;
		s->new_pipe = what == LAUNCH_RESET_NEW_PIPE;
		sim_reset(s, sim_clock(s, *now));
	}
	return true;
}
