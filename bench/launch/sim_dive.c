/* SPDX-License-Identifier: MIT */
/*
 * The toy machine cannot execute the world's functions. What one sees of them,
 * stopped in the innermost, is the same as if it had.
 */
#include "bench/launch/sim_machine.h"

#define CALL_RAX 0xd0ff

static void load(const struct sim_machine *m, uint64_t *registers)
{
	for (unsigned i = 0; i < KD_REGISTER_COUNT; i++)
		registers[i] =
			kd_load64(m->context + KD_CONTEXT_RAX_OFFSET + 8 * i);
}

static void store(struct sim_machine *m, const uint64_t *registers)
{
	for (unsigned i = 0; i < KD_REGISTER_COUNT; i++)
		kd_store64(m->context + KD_CONTEXT_RAX_OFFSET + 8 * i,
			   registers[i]);
}

uint64_t sim_dive_call(struct sim_machine *m, uint64_t depth)
{
	uint64_t registers[KD_REGISTER_COUNT];
	uint64_t pc;

	if (!m->memory.world ||
	    !kd_world_dive(&m->dive, &m->world, m->memory.world, depth))
		return 0;
	load(m, m->dive_registers);
	load(m, registers);
	pc = kd_world_lay_stack(&m->dive, &m->world, m->memory.world,
				SIM_DIVE_PC, registers);
	store(m, registers);
	kd_store16(m->code + SIM_DIVE_PC - SIM_CODE - 2, CALL_RAX);
	return pc;
}

void sim_dive_return(struct sim_machine *m)
{
	uint8_t *rip = m->context + KD_CONTEXT_RIP_OFFSET;

	if (!m->dive.depth)
		return;
	if (kd_load64(rip) - m->dive.image < m->dive.image_size)
		kd_store64(rip, SIM_DIVE_PC);
	store(m, m->dive_registers);
	m->dive.depth = 0;
}

bool sim_machine_in_code(const struct sim_machine *m, uint64_t pc)
{
	return pc - SIM_CODE < SIM_CODE_SIZE ||
	       (m->dive.depth && pc - m->dive.image < m->dive.image_size);
}
