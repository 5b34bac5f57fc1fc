/* SPDX-License-Identifier: MIT */
/* What keeps the toy machine from listening: for a while, or for good. */
#include "bench/base/clock.h"
#include "bench/launch/sim_machine.h"

/* Interrupts go off when they were on for long enough, running or stopped. */
bool sim_machine_deaf(struct sim_machine *m, uint64_t now)
{
	uint64_t off_ns = sim_machine_mail(m, KDBB_MAIL_ARG0);
	uint64_t on_ns = sim_machine_mail(m, KDBB_MAIL_ARG1);

	if (off_ns > KDBB_DEAF_MAX_NS || on_ns > KDBB_DEAF_MAX_NS)
		return false;
	if (!m->done || now >= m->deaf_ns + on_ns) {
		m->deaf_ns = now + off_ns;
		m->done++;
		sim_machine_count(m, KDBB_WORK_UNITS, 1);
	}
	m->act_ns = m->deaf_ns + on_ns;
	return true;
}

void sim_machine_wild(struct sim_machine *m, struct kd_target *t, uint64_t now)
{
	m->command = KDBB_IDLE;
	m->act_ns = CLOCK_NEVER;
	switch (sim_machine_mail(m, KDBB_MAIL_ARG0)) {
	case KDBB_WILD_INTERRUPTS_OFF: m->end = SIM_DEAF; break;
	case KDBB_WILD_NO_IDT: m->end = SIM_TRIPLE_FAULT; break;
	case KDBB_WILD_NO_STACK:
		sim_machine_stop(m, t, KD_CODE_ACCESS_VIOLATION, SIM_STACK_PC,
				 now);
		break;
	default: break;
	}
}
