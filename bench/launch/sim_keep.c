/* SPDX-License-Identifier: MIT */
#include "bench/launch/sim_machine.h"

#define FROM(member) offsetof(struct sim_machine, member)

void sim_machine_touch(struct sim_machine *m, const uint8_t *at, uint64_t len)
{
	const uint8_t *scratch = m->memory.scratch;
	uint64_t from;

	if (!len || at < scratch || at >= scratch + m->memory.scratch_size)
		return;
	from = (uint64_t)(at - scratch);
	if (m->touched_from == m->touched_to)
		m->touched_from = m->touched_to = from;
	if (from < m->touched_from)
		m->touched_from = from;
	if (from + len > m->touched_to)
		m->touched_to = from + len;
}

static void forget_touched(struct sim_machine *m)
{
	memset(m->memory.scratch + m->touched_from, 0,
	       m->touched_to - m->touched_from);
}

/*
 * Its memory is code, blocks, and the scratch region, which begins as zeroes;
 * the identity's area and the pattern are what nobody writes.
 */
void sim_machine_keep(struct sim_machine *m, struct keeper *k)
{
	uint8_t *all = (uint8_t *)m;

	if (k->restoring && k->at)
		forget_touched(m);
	keeper_part(k, &m->value, sizeof(m->value));
	keeper_part(k, all + FROM(code), FROM(area) - FROM(code));
	keeper_part(k, all + FROM(context), sizeof(*m) - FROM(context));
	keeper_part(k, m->memory.scratch + m->touched_from,
		    m->touched_to - m->touched_from);
}

#define COUNTERS_FROM (SIM_COUNTERS - SIM_BLOCKS)
#define COUNTERS_TO (COUNTERS_FROM + 8 * KDBB_COUNTER_COUNT)

/* The same order as above. */
bool sim_machine_same(const struct sim_machine *m, const uint8_t *kept)
{
	const uint8_t *all = (const uint8_t *)m;
	const uint8_t *code = kept + sizeof(m->value);
	const uint8_t *blocks = code + sizeof(m->code);
	const uint8_t *rest = code + FROM(area) - FROM(code);
	const uint8_t *touched = rest + sizeof(*m) - FROM(context);
	const size_t registers = FROM(end) - FROM(context);
	const size_t scratch = FROM(touched_from) - FROM(context);

	return memcmp(m->code, code, sizeof(m->code)) == 0 &&
	       memcmp(m->blocks, blocks, COUNTERS_FROM) == 0 &&
	       memcmp(m->blocks + COUNTERS_TO, blocks + COUNTERS_TO,
		      SIM_BLOCKS_SIZE - COUNTERS_TO) == 0 &&
	       memcmp(all + FROM(context), rest, registers) == 0 &&
	       memcmp(all + FROM(touched_from), rest + scratch,
		      2 * sizeof(m->touched_from)) == 0 &&
	       memcmp(m->memory.scratch + m->touched_from, touched,
		      m->touched_to - m->touched_from) == 0;
}
