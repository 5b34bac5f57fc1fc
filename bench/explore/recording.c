/* SPDX-License-Identifier: MIT */
#include "bench/explore/recording.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/run/trail.h"

/* Room for 'count' + 1 things of 'size' bytes. */
static void *with_room(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? 2 * *room : 64;
	return mem_resize(items, *room * size);
}

static void on_act(struct fault_log *log, const struct fault_act *act)
{
	struct recording *r = (struct recording *)log;

	r->acts = with_room(r->acts, r->act_count, &r->act_room,
			    sizeof(*r->acts));
	r->acts[r->act_count++] = *act;
}

static void on_turn(void *env, const struct world *w, uint64_t now)
{
	struct recording *r = env;
	struct world_ends ends = world_ends(w);
	const struct ends_since *last =
		r->end_count ? &r->ends[r->end_count - 1] : NULL;

	if (last && last->ends.debugger == ends.debugger &&
	    last->ends.target == ends.target)
		return;
	r->ends = with_room(r->ends, r->end_count, &r->end_room,
			    sizeof(*r->ends));
	r->ends[r->end_count++] = (struct ends_since){ now, ends };
}

bool recording_run(struct recording *r, struct world *w, const uint8_t *start,
		   const struct chain_spec faults[2], struct err *err)
{
	bool ok;

	memset(r, 0, sizeof(*r));
	r->log.act = on_act;
	trace_init(&r->trace, 0,
		   transport_framing(&world_cell(w)->transport) == LINK_PACKET);
	world_trace(w, &r->trace);
	world_turned(w, on_turn, r);
	world_restore(w, start, faults);
	world_log(w, &r->log);
	ok = world_run(w, &r->outcome, err);
	world_log(w, NULL);
	world_trace(w, NULL);
	world_turned(w, NULL, NULL);
	snprintf(r->detail, sizeof(r->detail), "%s", world_detail(w));
	return ok;
}

char *recording_text(const struct recording *r)
{
	const struct trace_about about = { .scenario = "explored",
					   .cell = "",
					   .transport = "sim",
					   .virtual_time = true };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return mem_strdup("");
	(void)trace_write(&r->trace, &about, out);
	for (size_t i = 0; i < r->act_count; i++)
		(void)trail_write_act(&r->acts[i], out);
	fclose(out);
	return text;
}

void recording_release(struct recording *r)
{
	trace_release(&r->trace);
	free(r->acts);
	free(r->ends);
	memset(r, 0, sizeof(*r));
}
