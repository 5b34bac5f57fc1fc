#include <stdio.h>
#include "bench/base/clock.h"
#include "bench/explore/reference.h"
#include "bench/explore/schedule.h"
bool single_all(struct world *w, struct err *err);
bool single_all(struct world *w, struct err *err)
{
	struct reference r;
	uint64_t counts[VERDICT_COUNT] = {0}, n = 0, unacted=0;
	if (!reference_run(&r, w, err))
		return false;
	size_t bytes = 0;
	for (size_t i = 0; i < r.count; i++) bytes += r.passages[i].length;
	printf("passages %zu states %zu exchanges %zu bytes %zu ns %lu\n", r.count, r.state_count, r.exchanges, bytes, (unsigned long)r.outcome.ns);
	uint64_t t0 = clock_now_ns();
	for (size_t i = 0; i < r.count; i++) {
		struct passage *p = &r.passages[i];
		bool byte = packet_class_is_byte(p->address.class);
		for (unsigned at = 0; at < p->length; at++)
		for (unsigned k = 0; k < ACT_KIND_COUNT; k++) {
			struct schedule s = { .count = 1 };
			struct schedule_chains c;
			struct outcome o;
			s.acts[0] = (struct act){ p->address, byte ? ACT_WHOLE : (uint16_t)at, (uint8_t)k, k == ACT_FLIP ? 1 : 0x30 };
			schedule_chains(&s, &c);
			world_restore(w, r.states[p->state], c.chains);
			if (!world_run(w, &o, err)) return false;
			counts[o.verdict]++; n++; unacted += !o.acted;
			if (o.verdict > 1 && counts[o.verdict] <= 3) printf("%s: %s %d#%u @%u %s\n", verdict_names[o.verdict], act_kind_names[k], p->address.class, p->address.ordinal, at, world_detail(w));
		}
	}
	double s = (double)(clock_now_ns() - t0) / 1e9;
	printf("%lu sessions %.2f s %.0f/s unacted %lu\n", (unsigned long)n, s, (double)n / s, (unsigned long)unacted);
	for (int i = 0; i < VERDICT_COUNT; i++) printf("%s %lu\n", verdict_names[i], (unsigned long)counts[i]);
	reference_release(&r);
	return true;
}
