/* SPDX-License-Identifier: MIT */
#include "bench/base/mem.h"
#include "bench/launch/sim_machine.h"

void sim_machine_build_world(struct sim_machine *m, struct kd_world w,
			     uint8_t *area)
{
	w.base = SIM_WORLD;
	m->world = w;
	m->memory.world_size = kd_world_size(&w);
	if (!m->memory.world_size)
		return;
	if (!area)
		area = m->own_world = mem_alloc(m->memory.world_size);
	m->memory.world = area;
	kd_world_build(&w, area, &m->identity, m->area);
}
