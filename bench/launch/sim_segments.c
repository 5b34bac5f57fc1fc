/* SPDX-License-Identifier: MIT */
/* The toy machine's GDT and stack, as debuggers find them in registers. */
#include "bench/launch/sim_machine.h"

#define CODE_DESCRIPTOR UINT64_C(0x00af9b000000ffff)
#define DATA_DESCRIPTOR UINT64_C(0x00cf93000000ffff)
#define SEGMENTS 6 /* Cs, Ds, Es, Fs, Gs, Ss */

void sim_machine_segments(struct sim_machine *m)
{
	uint8_t *gdt = m->blocks + (SIM_GDT - SIM_BLOCKS);

	kd_store64(gdt + SIM_CODE_SELECTOR, CODE_DESCRIPTOR);
	kd_store64(gdt + SIM_DATA_SELECTOR, DATA_DESCRIPTOR);
	kd_store16(m->special + KD_SPECIAL_GDT_OFFSET, SIM_GDT_SIZE - 1);
	kd_store64(m->special + KD_SPECIAL_GDT_OFFSET + 2, SIM_GDT);
	kd_store16(m->context + KD_CONTEXT_CS_OFFSET, SIM_CODE_SELECTOR);
	for (unsigned i = 1; i < SEGMENTS; i++)
		kd_store16(m->context + KD_CONTEXT_CS_OFFSET + 2 * i,
			   SIM_DATA_SELECTOR);
	kd_store64(m->context + KD_CONTEXT_RSP_OFFSET, SIM_STACK);
	kd_store64(m->blocks + (SIM_STACK - SIM_BLOCKS), SIM_LOOP_PC);
}
